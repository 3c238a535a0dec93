/** The mark: an orb web of five spokes and two rounds, a drop of dew where the spider waits. */
export function Logo({ size = 22 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 24 24" fill="none" stroke="currentColor" strokeLinecap="round" aria-hidden="true">
      <g strokeWidth="1.1" opacity="0.75">
        <path d="M12 12V1.5M12 12l10 -3.3M12 12l6.2 8.6M12 12l-6.2 8.6M12 12L2 8.7" />
      </g>
      <g strokeWidth="1.4" strokeLinejoin="round">
        <path d="M12 2.8Q16.2 6.9 20.7 9.1Q17.9 13.7 17.4 19.4Q12 17.5 6.6 19.4Q6.1 13.7 3.3 9.1Q7.8 6.9 12 2.8Z" />
        <path d="M12 7.2Q14.1 9.2 16.5 10.5Q15 12.8 14.8 15.8Q12 14.9 9.2 15.8Q9 12.8 7.5 10.5Q9.9 9.2 12 7.2Z" />
      </g>
      <circle cx="12" cy="12" r="1.7" fill="var(--accent)" stroke="none" />
    </svg>
  );
}
