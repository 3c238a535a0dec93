import { useLocalStorage } from '@mantine/hooks';

/** What belongs to the person at this screen rather than to what is looked at: kept in this browser, not in the URL. */
const options = { getInitialValueInEffect: false } as const;

export function useColumnWidths() {
  return useLocalStorage<Record<string, number>>({ key: 'orbweaver.column-widths', defaultValue: {}, ...options });
}

/** The columns somebody chose, by dataset, as they stand in the URL: they come back with the dataset's tab. */
export function useChosenColumns() {
  return useLocalStorage<Record<string, string>>({ key: 'orbweaver.columns', defaultValue: {}, ...options });
}

export function usePanelSizes() {
  return useLocalStorage<{ facets: number; detail: number }>({
    key: 'orbweaver.panels',
    defaultValue: { facets: 232, detail: 480 },
    ...options,
  });
}

export function useQueryHistory() {
  return useLocalStorage<string[]>({ key: 'orbweaver.query-history', defaultValue: [], ...options });
}

export function useFacetsShown() {
  return useLocalStorage({ key: 'orbweaver.facets-shown', defaultValue: true, ...options });
}
