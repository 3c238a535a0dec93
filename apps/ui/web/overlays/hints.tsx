import { Tooltip } from '@mantine/core';
import { useEffect, useState } from 'react';

interface Shown {
  readonly target: HTMLElement;
  readonly label: string;
}

/** The pointer or the focus rests so long before a hint shows, in milliseconds. */
const rest = 350;

/** Shows the `data-hint` of whatever is pointed at or focused: one tooltip for the whole page, so that a button with a hint costs no more than one without. */
export function Hints() {
  const [shown, setShown] = useState<Shown>();
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let near: HTMLElement | null = null;
    const hide = () => {
      clearTimeout(timer);
      near = null;
      setShown(undefined);
    };
    const approach = (event: Event) => {
      const target = event.target instanceof Element ? event.target.closest<HTMLElement>('[data-hint]') : null;
      if (target !== null && target === near) return;
      hide();
      if (target === null || (event.type === 'focusin' && !target.matches(':focus-visible'))) return;
      near = target;
      timer = setTimeout(() => target.isConnected && setShown({ target, label: target.dataset['hint']! }), rest);
    };
    const approaches = ['pointerover', 'focusin'] as const;
    const departures = ['pointerdown', 'keydown', 'focusout', 'wheel'] as const;
    approaches.forEach((name) => document.addEventListener(name, approach));
    departures.forEach((name) => document.addEventListener(name, hide, { passive: true }));
    return () => {
      hide();
      approaches.forEach((name) => document.removeEventListener(name, approach));
      departures.forEach((name) => document.removeEventListener(name, hide));
    };
  }, []);
  if (!shown) return null;
  return <Tooltip target={shown.target} label={shown.label} opened style={{ whiteSpace: 'pre-line' }} />;
}
