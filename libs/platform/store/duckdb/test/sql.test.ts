import { describe, expect, it } from 'vitest';
import { parseQuery } from '@orbweaver/query/language/parse.ts';
import { Catalogue } from '@orbweaver/query/search/catalogue.ts';
import { checkQuery } from '@orbweaver/query/search/check.ts';
import type { SearchPlan, ValueField } from '@orbweaver/query/search/reader.ts';
import { sampleSchemas } from '../../conformance/dataset.ts';
import { histogramSql, statisticsSql, termsSql } from '../aggregate-sql.ts';
import { readSql } from '../derived.ts';
import { Parameters } from '../parameters.ts';
import { predicateSql, reducePredicate } from '../predicate-sql.ts';
import { pageSql, rowsSql } from '../search-sql.ts';
import { Tables } from '../tables.ts';

const catalogue = new Catalogue(sampleSchemas);
const tables = new Tables(catalogue);
const now = Date.UTC(2026, 0, 2);

function predicateOf(query: string) {
  const parsed = parseQuery(query);
  if (!parsed.ok) throw new Error(parsed.problem.message);
  const { predicate, problems } = checkQuery(parsed.ast, { catalogue, datasets: ['web', 'name'], now });
  expect(problems).toEqual([]);
  return predicate;
}

function condition(query: string, dataset = 'web'): [sql: string, ...values: unknown[]] {
  const parameters = new Parameters();
  const sql = predicateSql(reducePredicate(predicateOf(query), tables.hasField(dataset)), parameters);
  return [sql, ...parameters.values];
}

const field = (name: string, type: ValueField['type'], many = false): ValueField => ({ name, type, many });
const squeezed = (sql: string) => sql.replace(/\s+/g, ' ');

describe('conditions', () => {
  it.each([
    ['web.host: a', '"web.host" = $1', 'a'],
    ['web.host: A*', 'starts_with(lower("web.host"), $1)', 'a'],
    ['web.host: *A', 'ends_with(lower("web.host"), $1)', 'a'],
    ['web.host: *A*', 'contains(lower("web.host"), $1)', 'a'],
    ['web.host: a*%*c', `lower("web.host") LIKE $1 ESCAPE '\\'`, 'a%\\%%c'],
    ['web.agent: A', 'contains(lower("web.agent"), $1)', 'a'],
    ['web.tags: a', 'len(list_filter("web.tags", lambda x: x = $1)) > 0', 'a'],
    ['web.status >= 500', '("web.status" >= $1)', 500n],
    ['not web.status: 5', '("web.status" = $1) IS NOT TRUE', 5n],
    ['web.status: 5 or web.status: 5', '("web.status" = $1 OR "web.status" = $1)', 5n],
    ['web.score < 1.5', '("web.score" < $1)', 1.5],
    ['web.cached: true', '"web.cached" = $1', true],
    ['source.ip: 10.0.0.0/8', '("source.ip" >= $1 AND "source.ip" <= $2)', '40a000000', '40affffff'],
    ['source.ip: 10.0.0.7', '"source.ip" = $1', '40a000007'],
    ['@timestamp >= now-1s', '("@timestamp" >= $1)', BigInt(now - 1000) * 1_000_000n],
    ['web.expires < 2027', '(date_nanos("web.expires") < $1)', 1_798_761_600_000_000_000n],
    ['web.headers.host: a', 'map_extract_value("web.headers", $1) = $2', 'host', 'a'],
    ['web.headers: a', 'len(list_filter(map_values("web.headers"), lambda x: x = $1)) > 0', 'a'],
    ['web.cookies.age > 5', 'len(list_filter("web.cookies", lambda x: (x."age" > $1))) > 0', 5n],
    ['web.tags: *', 'len("web.tags") > 0'],
    ['web.headers: *', 'cardinality("web.headers") > 0'],
    ['name.asked: x', 'FALSE'],
    ['not name.asked: x', 'TRUE'],
    ['name.asked: x or web.status: 1', '"web.status" = $1', 1n],
    ['name.asked: x and web.status: 1', 'FALSE'],
  ])('%s', (query, ...expected) => {
    expect(condition(query)).toEqual(expected);
  });

  it('a_value_never_becomes_a_part_of_the_statement', () => {
    const evil = `'; DROP TABLE x; --"`;
    expect(condition(`web.host: ${JSON.stringify(evil)}`)).toEqual(['"web.host" = $1', evil]);
    expect(condition(`web.headers.x\\'y: 1`)).toEqual([`map_extract_value("web.headers", $1) = $2`, `x\\'y`, '1']);
  });
});

describe('statements', () => {
  const selection = { datasets: ['web'], predicate: predicateOf('web.status >= 500'), time: { from: 100n, to: 200n } };
  const parts = [{ table: '"d"."web"', has: tables.hasField('web') }];

  it('page', () => {
    const plan: SearchPlan = {
      selection,
      sort: [
        { field: field('@timestamp', 'date'), order: 'desc' },
        { field: field('web.host', 'keyword'), order: 'asc' },
      ],
      size: 50,
      after: { values: [150n, null], id: 'x' },
      count: false,
    };
    const worst = { values: [120n, 'a'], id: 'y' };
    const where =
      ' WHERE ("web.status" >= $1) AND "@timestamp" >= $2 AND "@timestamp" < $3' +
      ` AND ("@timestamp" < $5 OR "@timestamp" IS NULL OR ("@timestamp" = $5 AND (left("web.host", 128) IS NULL AND ${readSql('event.id')} > $4)))` +
      ' AND "@timestamp" <= $5 AND "@timestamp" >= $6';
    const select = `SELECT "@timestamp", left("web.host", 128), ${readSql('event.id')}, rowid FROM "d"."web"`;
    const order = ' ORDER BY "@timestamp" DESC NULLS LAST, left("web.host", 128) ASC NULLS LAST';
    const { sql, parameters } = pageSql(plan, '"d"."web"', tables.hasField('web'), worst, 'texts');
    expect(sql).toBe(`${select}${where}${order}, ${readSql('event.id')} LIMIT 51`);
    expect(pageSql(plan, '"d"."web"', tables.hasField('web'), worst, 'numbers').sql).toBe(
      `${select}${where}${order}, "flow.id:high", "flow.id:low", "event.id:ordinal"::VARCHAR NULLS FIRST LIMIT 51`,
    );
    expect(pageSql(plan, '"d"."web"', tables.hasField('web'), worst, 'late').sql).toBe(
      `${select} WHERE rowid IN (SELECT rowid FROM "d"."web"${where}${order} LIMIT 52)`,
    );
    expect(parameters.values).toEqual([500n, 100n, 200n, 'x', 150n, 120n]);
    expect(rowsSql('"d"."web"', tables.columns.get('web')!.slice(0, 2), [3n, 7n]).sql).toBe(
      'SELECT "@timestamp", "@timestamp:digits" FROM "d"."web" WHERE rowid IN (SELECT unnest([3, 7]))',
    );
  });

  it('histogram', () => {
    const { sql, parameters } = histogramSql({ selection, interval: 30n }, parts);
    expect(sql).toBe(
      'SELECT b, NULL, count(*) FROM (SELECT $1 + (("@timestamp" - $1) // $2) * $2 AS b FROM "d"."web"' +
        ' WHERE ("web.status" >= $3) AND "@timestamp" >= $4 AND "@timestamp" < $5) GROUP BY b ORDER BY b',
    );
    expect(parameters.values).toEqual([90n, 30n, 500n, 100n, 200n]);
  });

  it('terms', () => {
    const { sql } = termsSql({ selection, field: field('web.host', 'keyword'), size: 5 }, parts);
    expect(squeezed(sql)).toBe(
      'WITH g AS MATERIALIZED (SELECT v, count(*) AS n FROM (SELECT "web.host" AS v FROM "d"."web" WHERE ("web.status" >= $1) AND "@timestamp" >= $2 AND "@timestamp" < $3) GROUP BY v)' +
        ', s AS (SELECT coalesce(sum(n) FILTER (WHERE v IS NOT NULL), 0)::BIGINT AS present, count(v) AS distinct_values,' +
        ' coalesce(sum(n) FILTER (WHERE v IS NULL), 0)::BIGINT AS missing FROM g)' +
        ' SELECT v, n::BIGINT, present, distinct_values, missing FROM g, s ORDER BY v IS NULL, n DESC, v LIMIT 5',
    );
  });

  it('statistics', () => {
    const metrics = [{ op: 'percentiles', name: 'p', field: field('web.took', 'integer'), percents: [50] }] as const;
    const { sql } = statisticsSql({ selection, metrics, groupBy: [{ field: field('web.host', 'keyword'), size: 3 }] }, parts);
    expect(squeezed(sql)).toBe(
      'SELECT r.k0, quantile_cont(m0, [$1]) FROM (SELECT "web.host" AS k0, "web.took" AS m0 FROM "d"."web"' +
        ' WHERE ("web.status" >= $2) AND "@timestamp" >= $3 AND "@timestamp" < $4) AS r' +
        ' GROUP BY r.k0 ORDER BY count(*) DESC, r.k0 NULLS LAST LIMIT 3',
    );
  });

  it('statistics_of_two_levels_keep_the_top_groups_of_each_and_unnest_only_what_has_several_values', () => {
    const groupBy = [
      { field: field('web.host', 'keyword'), size: 3 },
      { field: field('web.tags', 'keyword', true), size: 2 },
    ];
    const { sql } = statisticsSql({ selection, metrics: [{ op: 'count', name: 'n' }], groupBy }, parts);
    expect(squeezed(sql)).toBe(
      'WITH r AS (SELECT * REPLACE (unnest(k1) AS k1) FROM (SELECT "web.host" AS k0,' +
        ' CASE WHEN coalesce(len(list_sort(list_distinct("web.tags"))), 0) = 0 THEN [NULL] ELSE list_sort(list_distinct("web.tags")) END AS k1,' +
        ' TRUE AS m0 FROM "d"."web" WHERE ("web.status" >= $1) AND "@timestamp" >= $2 AND "@timestamp" < $3)),' +
        ' t0 AS (SELECT k0 FROM r GROUP BY k0 ORDER BY count(*) DESC, k0 NULLS LAST LIMIT 3),' +
        ' t1 AS (SELECT k0, unnest(list(k1 ORDER BY n DESC, k1 NULLS LAST)[1:2]) AS k1' +
        ' FROM (SELECT k0, k1, count(*) AS n FROM r GROUP BY k0, k1) GROUP BY k0)' +
        ' SELECT r.k0, r.k1, count(*) FROM r JOIN t0 ON r.k0 IS NOT DISTINCT FROM t0.k0' +
        ' JOIN t1 ON r.k0 IS NOT DISTINCT FROM t1.k0 AND r.k1 IS NOT DISTINCT FROM t1.k1' +
        ' GROUP BY r.k0, r.k1 ORDER BY count(*) DESC, r.k0 NULLS LAST, r.k1 NULLS LAST LIMIT 10001',
    );
  });
});
