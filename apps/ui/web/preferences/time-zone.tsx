import { useLocalStorage } from '@mantine/hooks';
import { createContext, type ReactNode, use } from 'react';
import type { TimeZone } from '@orbweaver/ui/format/time.ts';

type Choice = readonly [zone: TimeZone, choose: (zone: TimeZone) => void];

const TimeZoneContext = createContext<Choice>(['local', () => undefined]);

/** In which zone times are shown; kept in this browser. Read once for the page, since every cell of a table asks. */
export function TimeZoneProvider({ children }: { children: ReactNode }) {
  const [zone, choose] = useLocalStorage<TimeZone>({ key: 'orbweaver.time-zone', defaultValue: 'local', getInitialValueInEffect: false });
  return <TimeZoneContext value={[zone, choose]}>{children}</TimeZoneContext>;
}

export function useTimeZone(): Choice {
  return use(TimeZoneContext);
}
