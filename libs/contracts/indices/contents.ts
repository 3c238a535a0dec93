/** Stands where a dataset's name does in the names of the indices that hold what was kept beside records. No dataset has this name. */
export const contentsName = 'content';

/** A part of a piece of content. Nothing of it is searched but which capture or hour it belongs to; the bytes are only stored. */
export interface ContentDocument {
  /** The first part of the id: what is deleted together. */
  readonly segment: string;
  readonly part: number;
  readonly parts: number;
  readonly codec: 'plain' | 'zstd';
  /** Bytes of the whole, before compression. */
  readonly bytes: number;
  /** Base64. */
  readonly data: string;
}

export interface ContentTemplateOptions {
  readonly prefix: string;
  readonly shards: number;
  readonly replicas: number;
}

/** The composable template of the indices of content. */
export function contentTemplate({ prefix, shards, replicas }: ContentTemplateOptions): object {
  const stored = { type: 'integer', index: false, doc_values: false };
  return {
    index_patterns: [`${prefix}-${contentsName}-*`],
    priority: 300,
    template: {
      settings: {
        'index.number_of_shards': shards,
        'index.number_of_replicas': replicas,
        // Read by id, which needs no refresh; searched only to be deleted, which asks for one.
        'index.refresh_interval': '30s',
      },
      mappings: {
        dynamic: 'strict',
        properties: {
          segment: { type: 'keyword' },
          part: stored,
          parts: stored,
          codec: { type: 'keyword', index: false, doc_values: false },
          bytes: stored,
          data: { type: 'binary' },
        },
      },
    },
    _meta: { made_by: 'orbweaver' },
  };
}
