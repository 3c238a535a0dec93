/** The mark: an orb web of five spokes and two rounds, a drop of dew where the spider waits. */
export function Logo({ size = 22 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 24 24" fill="none" stroke="currentColor" strokeLinecap="round" aria-hidden="true">
      <g strokeWidth="0.7" opacity="0.7">
        <path d="M12 12V1.5M12 12l10 -3.3M12 12l6.2 8.6M12 12l-6.2 8.6M12 12L2 8.7" />
      </g>
      <g strokeWidth="1.15" strokeLinejoin="round">
        <path d="M12 2.8Q16.2 6.9 20.7 9.1Q17.9 13.7 17.4 19.4Q12 17.5 6.6 19.4Q6.1 13.7 3.3 9.1Q7.8 6.9 12 2.8Z" />
        <path d="M12 6.4Q14.5 8.9 17.3 10.3Q15.6 13 15.3 16.5Q12 15.4 8.7 16.5Q8.4 13 6.7 10.3Q9.5 8.9 12 6.4Z" />
      </g>
      <circle cx="12" cy="12" r="1.9" fill="var(--accent)" stroke="none" />
    </svg>
  );
}
