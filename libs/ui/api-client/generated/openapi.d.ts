export interface paths {
    "/health/live": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The process runs */
        get: operations["live"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/health/ready": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The process takes requests (503 while it starts or stops) */
        get: operations["ready"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auth/sign-in": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Sign in with a password */
        post: operations["signIn"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auth/link": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Sign in with the token of a one-time link */
        post: operations["signInByLink"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auth/refresh": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** A new access token for the refresh cookie, which is replaced */
        post: operations["refresh"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auth/sign-out": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** End the session of the refresh cookie */
        post: operations["signOut"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/me": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who is signed in */
        get: operations["me"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/me/password": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Set one’s password; ends all other sessions */
        post: operations["setPassword"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/datasets": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What kinds of records there are and how to show them; flow comes first */
        get: operations["datasets"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/fields": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Every field a record can have */
        get: operations["fields"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/openapi.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** This document */
        get: operations["openapi"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/search": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** A page of records */
        post: operations["search"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/histogram": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Records over time */
        post: operations["histogram"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/terms": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Most frequent values of a field */
        post: operations["terms"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/statistics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Sums, averages, percentiles, grouped or not */
        post: operations["statistics"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/extent": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Time that the stored records cover */
        get: operations["extent"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/query/check": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Faults of a query text, with their places */
        post: operations["checkQuery"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/query/complete": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** What could stand at the caret */
        post: operations["completeQuery"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/records/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One record */
        get: operations["record"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/records/{id}/content/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Kept bytes of a record, such as a body. Hostile: never to be shown as a page */
        get: operations["recordContent"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/flows/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A flow with its transactions */
        get: operations["flow"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/captures": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Captures, newest first */
        get: operations["captures"];
        put?: never;
        /**
         * Bring a capture in; it is analysed afterwards
         * @description Needs the role analyst.
         */
        post: operations["uploadCapture"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/captures/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One capture and how far its analysis is */
        get: operations["capture"];
        put?: never;
        post?: never;
        /**
         * Delete a capture: file, records and kept content
         * @description Needs the role analyst.
         */
        delete: operations["deleteCapture"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/captures/{id}/file": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The capture file as it was uploaded */
        get: operations["captureFile"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/status": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How the system is: store, live capture, what was lost */
        get: operations["status"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        SignInRequest: {
            username: string;
            password: string;
        };
        LinkRequest: {
            /** @description From the one-time sign-in link. */
            token: string;
        };
        PasswordRequest: {
            /** @description Needed once a password is set. */
            current?: string;
            new: string;
        };
        /**
         * @description RFC 3339 with up to 9 digits of fraction, or shorter (`2026-01-02`), or relative to the server’s clock: `now-15m`, `now-1d/d`. Units: ms, s, m, h, d, w, M, y; `/d` rounds down to the day.
         * @example 2026-01-02T03:04:05.678Z
         * @example now-15m
         */
        TimeExpression: string;
        TimeRange: {
            /** @description First moment that counts. */
            from: components["schemas"]["TimeExpression"];
            /** @description First moment that no longer counts. */
            to: components["schemas"]["TimeExpression"];
        };
        CheckRequest: {
            query: string;
            datasets: string[];
        };
        CompleteRequest: {
            query: string;
            /** @description Where the caret stands, in UTF-16 code units. */
            position: number;
            datasets: string[];
            /** @description Values are suggested from this time. */
            time?: components["schemas"]["TimeRange"];
        };
        SortKey: {
            field: string;
            /**
             * @default asc
             * @enum {string}
             */
            order: "asc" | "desc";
        };
        SearchRequest: {
            /** @description Datasets to search; `GET datasets` lists them. */
            datasets: string[];
            /** @description Query text (KQL). Absent or empty: every record. */
            query?: string;
            /** @description Absent: all that is stored. */
            time?: components["schemas"]["TimeRange"];
            /**
             * @description Records of conversations that another observer told of first (`observer.twin_of`). `hide`, as if absent: each conversation once; a query, field or grouping that names `observer.twin_of` sees them all the same.
             * @enum {string}
             */
            twins?: "hide" | "show";
            /** @description Newest first if absent. */
            sort?: components["schemas"]["SortKey"][];
            /** @description Only these fields. Absent: all. */
            fields?: string[];
            /** @default 50 */
            size: number;
            /** @description `next_cursor` of the page before; everything else must be as it was there. */
            cursor?: string;
        };
        HistogramRequest: {
            /** @description Datasets to search; `GET datasets` lists them. */
            datasets: string[];
            /** @description Query text (KQL). Absent or empty: every record. */
            query?: string;
            /** @description Absent: all that is stored. */
            time?: components["schemas"]["TimeRange"];
            /**
             * @description Records of conversations that another observer told of first (`observer.twin_of`). `hide`, as if absent: each conversation once; a query, field or grouping that names `observer.twin_of` sees them all the same.
             * @enum {string}
             */
            twins?: "hide" | "show";
            /** @description About so many buckets; the interval is rounded to one that people read. 100 if neither is given. */
            buckets?: number;
            /** @description Instead of buckets. */
            interval?: string;
            /** @description Splits each bucket by the values of this field. */
            by?: string;
            /**
             * @description The most frequent values that get a group.
             * @default 8
             */
            by_size: number;
        };
        TermsRequest: {
            /** @description Datasets to search; `GET datasets` lists them. */
            datasets: string[];
            /** @description Query text (KQL). Absent or empty: every record. */
            query?: string;
            /** @description Absent: all that is stored. */
            time?: components["schemas"]["TimeRange"];
            /**
             * @description Records of conversations that another observer told of first (`observer.twin_of`). `hide`, as if absent: each conversation once; a query, field or grouping that names `observer.twin_of` sees them all the same.
             * @enum {string}
             */
            twins?: "hide" | "show";
            field: string;
            /** @default 10 */
            size: number;
        };
        Metric: {
            /** @enum {string} */
            op: "count" | "sum" | "average" | "min" | "max" | "percentiles" | "distinct";
            /** @description Needed by all but count. */
            field?: string;
            /** @description For percentiles; 50, 95, 99 if absent. */
            percents?: number[];
            /** @description Key of the value; `op` or `op(field)` if absent. */
            name?: string;
        };
        StatisticsRequest: {
            /** @description Datasets to search; `GET datasets` lists them. */
            datasets: string[];
            /** @description Query text (KQL). Absent or empty: every record. */
            query?: string;
            /** @description Absent: all that is stored. */
            time?: components["schemas"]["TimeRange"];
            /**
             * @description Records of conversations that another observer told of first (`observer.twin_of`). `hide`, as if absent: each conversation once; a query, field or grouping that names `observer.twin_of` sees them all the same.
             * @enum {string}
             */
            twins?: "hide" | "show";
            metrics: components["schemas"]["Metric"][];
            group_by?: ({
                field: string;
                /** @default 10 */
                size: number;
            } | {
                /** @description A number and a unit: ms, s, m, h, d, w. */
                interval: string;
            })[];
        };
        /** @description What went wrong (RFC 9457). */
        Problem: {
            /** @description `urn:orbweaver:problem:` and the kind of problem. */
            type: string;
            title: string;
            status: number;
            /** @description What happened and what to do about it, for people. */
            detail: string;
            errors?: {
                /** @description Where in the request: `time.from`, `sort.0.field`. Empty for the request as a whole. */
                path: string;
                message: string;
                /** @description In a query text: where the fault begins, in UTF-16 code units from 0. */
                position?: number;
                /** @description In a query text: how long the faulty part is. */
                length?: number;
                /** @description What could stand there instead. */
                expected?: string[];
            }[];
        };
        User: {
            id: string;
            username: string;
            name: string;
            roles: ("admin" | "analyst" | "viewer")[];
            /** @description False until one was set: only a one-time link signs this user in. */
            has_password: boolean;
        };
        /** @description A refresh token comes with it in an HttpOnly cookie. */
        SignedIn: {
            /** @description For `Authorization: Bearer`. */
            access_token: string;
            /** @constant */
            token_type: "Bearer";
            /** @description Seconds. */
            expires_in: number;
            user: components["schemas"]["User"];
        };
        Capture: {
            id: string;
            name: string;
            bytes: number;
            sha256: string;
            /** @enum {string} */
            state: "queued" | "analysing" | "done" | "failed";
            progress: number;
            uploaded_at: string;
            uploaded_by: string;
            packets: number;
            /** @description By dataset. */
            records: {
                [key: string]: number;
            };
            /** @description Time of the first packet. */
            first?: string;
            /** @description Time of the last packet. */
            last?: string;
            /** @description What went wrong; also there when a file ended early and what was read is kept. */
            message?: string;
            /** @description Where each packet went: packets = in_flows + not_ip + the sum of refused. */
            summary?: {
                packets: number;
                in_flows: number;
                not_ip: number;
                /** @description By reason. */
                refused: {
                    [key: string]: number;
                };
                /** @description Secrets taken out before storage, by kind. */
                redacted?: {
                    [key: string]: number;
                };
                /** @description Bodies and payloads: how many were kept, how many bytes were cut or refused. */
                content?: {
                    [key: string]: number;
                };
            };
        };
        /** @description How a dataset is shown: columns, facets, a line that sums a record up, sections of the detail panel. */
        DatasetView: {
            columns: string[];
            facets: string[];
            timelineBy?: string;
            summary: string;
            sections: ({
                /** @constant */
                kind: "fields";
                title: string;
                fields: string[];
            } | {
                /** @constant */
                kind: "map";
                title: string;
                field: string;
            } | {
                /** @constant */
                kind: "list";
                title: string;
                field: string;
            } | {
                /** @constant */
                kind: "content";
                title: string;
                id: string;
                mimeType?: string;
                encoding?: string;
            })[];
        };
        Dataset: {
            dataset: string;
            title: string;
            /** @description What one record is. */
            record: string;
            view: components["schemas"]["DatasetView"];
            /** @description Records stored, without twins: what a search for all of them counts. */
            count?: number;
            /** @description Records beside those that repeat what another observer told of first. Absent: none. */
            twins?: number;
        };
        Field: {
            name: string;
            /** @enum {string} */
            type: "keyword" | "text" | "integer" | "float" | "boolean" | "ip" | "date" | "map" | "object";
            label: string;
            help: string;
            /** @enum {string} */
            unit?: "ns" | "byte" | "packet" | "s";
            many?: boolean;
            operators: ("equals" | "wildcard" | "range" | "cidr" | "exists")[];
            datasets: string[];
            example?: string | number | boolean;
        };
        QueryError: {
            /** @description UTF-16 code units from 0. */
            position: number;
            length: number;
            message: string;
            expected: string[];
        };
        CheckAnswer: {
            ok: boolean;
            errors: components["schemas"]["QueryError"][];
            /** @description The query as it was understood. */
            ast?: unknown;
        };
        CompleteAnswer: {
            /** @description A suggestion replaces the text from here … */
            from: number;
            /** @description … to here. */
            to: number;
            suggestions: {
                text: string;
                label: string;
                /** @enum {string} */
                kind: "field" | "operator" | "value" | "keyword";
                help?: string;
                /** @description Of a value: in how many records it stands. */
                count?: number;
            }[];
        };
        FieldValue: (string | number | boolean) | string[] | number[] | {
            [key: string]: (string | number | boolean) | string[];
        } | {
            [key: string]: (string | number | boolean) | string[];
        }[];
        /** @description A record: dotted field names to values. The three named here are always there, whatever fields were asked for. */
        Record: {
            "@timestamp": string;
            "event.id": string;
            "event.dataset": string;
        } & {
            [key: string]: components["schemas"]["FieldValue"];
        };
        SearchAnswer: {
            records: components["schemas"]["Record"][];
            /** @description Absent on the last page. */
            next_cursor?: string;
            total: {
                value: number;
                /**
                 * @description `gte`: counting stopped there; there are at least so many.
                 * @enum {string}
                 */
                relation: "eq" | "gte";
            };
            /** @description Milliseconds that the store worked on it. */
            took_ms: number;
            /** @description There when the answer is not complete. */
            partial?: {
                reason: string;
                /** @description Complete up to this time. */
                until: string;
            };
        };
        HistogramAnswer: {
            interval_ms: number;
            /** @description Start of the first bucket. */
            from: string;
            /** @description End of the last bucket. */
            to: string;
            /** @description Every bucket of the range in order, empty ones too. */
            buckets: {
                start: string;
                count: number;
                /** @description Counts by value of `by`; what they leave of `count` is other values. */
                groups?: {
                    [key: string]: number;
                };
            }[];
            /** @description Milliseconds that the store worked on it. */
            took_ms: number;
        };
        TermsAnswer: {
            /** @description Most frequent first. */
            buckets: {
                value: string | number | boolean;
                count: number;
            }[];
            /** @description Records whose value is not among the buckets. */
            other: number;
            /** @description Records without the field. */
            missing: number;
            /** @description How many values there are. */
            distinct: number;
            /** @description `distinct` is an estimate. */
            approximate: boolean;
            /** @description Milliseconds that the store worked on it. */
            took_ms: number;
        };
        StatisticsAnswer: {
            groups: {
                /** @description One value for each `group_by`; null where a record has none. */
                key: (string | number | boolean | null)[];
                /** @description By the metric’s name; percentiles as `{p50: …}`; null where there was no value. */
                values: {
                    [key: string]: number | null | {
                        [key: string]: number | null;
                    };
                };
            }[];
            /** @description Milliseconds that the store worked on it. */
            took_ms: number;
        };
        /** @description Time of the oldest and the newest record; no times if there is none. The count is without twins. */
        ExtentAnswer: {
            from?: string;
            to?: string;
            count: number;
        };
        RecordAnswer: {
            record: components["schemas"]["Record"];
        };
        FlowAnswer: {
            flow: components["schemas"]["Record"];
            /** @description In the order in which they began. */
            transactions: components["schemas"]["Record"][];
            /** @description The flow has more transactions than are listed. */
            truncated: boolean;
        };
        Status: {
            version: string;
            uptime_s: number;
            store: {
                records: number;
                bytes: number;
                segments: number;
                oldest?: string;
                newest?: string;
            };
            /** @description There when this process captures. */
            live?: {
                interface: string;
                packets: number;
                dropped: number;
                since: string;
                /** @description Why it does not capture (any more). */
                message?: string;
            };
            /** @description Counters of what was lost, cut or refused, since the process started. */
            quality: {
                [key: string]: number;
            };
        };
        Health: {
            /** @enum {string} */
            status: "ok" | "starting" | "stopping" | "failing";
            checks?: {
                [key: string]: string;
            };
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    live: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Health"];
                };
            };
        };
    };
    ready: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Health"];
                };
            };
            /** @description Shutting down (shutting-down); Not available right now (unavailable) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    signIn: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SignInRequest"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SignedIn"];
                };
            };
            /** @description The request is not valid (invalid-request) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Sign-in failed (sign-in-failed) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many attempts (too-many-attempts) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    signInByLink: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["LinkRequest"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SignedIn"];
                };
            };
            /** @description The request is not valid (invalid-request) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Sign-in failed (sign-in-failed) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many attempts (too-many-attempts) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    refresh: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SignedIn"];
                };
            };
            /** @description The token is not valid (token-invalid) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not allowed (forbidden) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    signOut: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Not allowed (forbidden) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    me: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["User"];
                };
            };
            /** @description Sign-in needed (token-missing); The token is not valid (token-invalid); The token has expired (token-expired) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not available right now (unavailable) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    setPassword: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PasswordRequest"];
            };
        };
        responses: {
            /** @description Done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request is not valid (invalid-request) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Sign-in needed (token-missing); The token is not valid (token-invalid); The token has expired (token-expired) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not allowed (forbidden) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many attempts (too-many-attempts) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not available right now (unavailable) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    datasets: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Dataset"][];
                };
            };
            /** @description Sign-in needed (token-missing); The token is not valid (token-invalid); The token has expired (token-expired) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not available right now (unavailable) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    fields: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Field"][];
                };
            };
            /** @description Sign-in needed (token-missing); The token is not valid (token-invalid); The token has expired (token-expired) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not available right now (unavailable) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    openapi: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
            /** @description Sign-in needed (token-missing); The token is not valid (token-invalid); The token has expired (token-expired) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not available right now (unavailable) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    search: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SearchRequest"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SearchAnswer"];
                };
            };
            /** @description The query is not valid (invalid-query); The request is not valid (invalid-request) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Sign-in needed (token-missing); The token is not valid (token-invalid); The token has expired (token-expired) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too busy (busy); Not available right now (unavailable) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The query took too long (query-too-slow) */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    histogram: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["HistogramRequest"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HistogramAnswer"];
                };
            };
            /** @description The query is not valid (invalid-query); The request is not valid (invalid-request) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Sign-in needed (token-missing); The token is not valid (token-invalid); The token has expired (token-expired) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too busy (busy); Not available right now (unavailable) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The query took too long (query-too-slow) */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    terms: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TermsRequest"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TermsAnswer"];
                };
            };
            /** @description The query is not valid (invalid-query); The request is not valid (invalid-request) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Sign-in needed (token-missing); The token is not valid (token-invalid); The token has expired (token-expired) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too busy (busy); Not available right now (unavailable) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The query took too long (query-too-slow) */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    statistics: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["StatisticsRequest"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StatisticsAnswer"];
                };
            };
            /** @description The query is not valid (invalid-query); The request is not valid (invalid-request) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Sign-in needed (token-missing); The token is not valid (token-invalid); The token has expired (token-expired) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too busy (busy); Not available right now (unavailable) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The query took too long (query-too-slow) */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    extent: {
        parameters: {
            query?: {
                /** @description Comma-separated. Absent: all datasets. */
                datasets?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ExtentAnswer"];
                };
            };
            /** @description The request is not valid (invalid-request) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Sign-in needed (token-missing); The token is not valid (token-invalid); The token has expired (token-expired) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too busy (busy); Not available right now (unavailable) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The query took too long (query-too-slow) */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    checkQuery: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CheckRequest"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CheckAnswer"];
                };
            };
            /** @description The request is not valid (invalid-request) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Sign-in needed (token-missing); The token is not valid (token-invalid); The token has expired (token-expired) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not available right now (unavailable) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    completeQuery: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CompleteRequest"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CompleteAnswer"];
                };
            };
            /** @description The request is not valid (invalid-request) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Sign-in needed (token-missing); The token is not valid (token-invalid); The token has expired (token-expired) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too busy (busy); Not available right now (unavailable) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The query took too long (query-too-slow) */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    record: {
        parameters: {
            query?: {
                /** @description The record’s dataset, if known: makes it faster to find. */
                dataset?: string;
            };
            header?: never;
            path: {
                /** @description `event.id` of a record. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RecordAnswer"];
                };
            };
            /** @description The request is not valid (invalid-request) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Sign-in needed (token-missing); The token is not valid (token-invalid); The token has expired (token-expired) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not found (not-found) */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too busy (busy); Not available right now (unavailable) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The query took too long (query-too-slow) */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    recordContent: {
        parameters: {
            query?: {
                dataset?: string;
                /** @description 1: undo the content coding (gzip, deflate, br, zstd), up to a bound. */
                decode?: "0" | "1";
            };
            header?: never;
            path: {
                /** @description `event.id` of a record. */
                id: string;
                /** @description The record’s field that holds the content id, such as `http.response.body.content_id`. */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": string;
                };
            };
            /** @description The request is not valid (invalid-request) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Sign-in needed (token-missing); The token is not valid (token-invalid); The token has expired (token-expired) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not found (not-found) */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too busy (busy); Not available right now (unavailable) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The query took too long (query-too-slow) */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    flow: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description `event.id` of a record. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FlowAnswer"];
                };
            };
            /** @description The request is not valid (invalid-request) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Sign-in needed (token-missing); The token is not valid (token-invalid); The token has expired (token-expired) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not found (not-found) */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too busy (busy); Not available right now (unavailable) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The query took too long (query-too-slow) */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    captures: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Capture"][];
                };
            };
            /** @description Sign-in needed (token-missing); The token is not valid (token-invalid); The token has expired (token-expired) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not available right now (unavailable) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    uploadCapture: {
        parameters: {
            query?: {
                /** @description What the capture is called. */
                name?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/octet-stream": string;
                "application/vnd.tcpdump.pcap": string;
                "application/x-pcapng": string;
                "application/gzip": string;
            };
        };
        responses: {
            /** @description Stored and queued */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Capture"];
                };
            };
            /** @description The request is not valid (invalid-request) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Sign-in needed (token-missing); The token is not valid (token-invalid); The token has expired (token-expired) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not allowed (forbidden) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not possible now (conflict) */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too large (too-large) */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not a capture file (not-a-capture); Unsupported media type (unsupported-media-type) */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Shutting down (shutting-down); Too busy (busy); Not available right now (unavailable) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not enough disk space (disk-full) */
            507: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    capture: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Capture"];
                };
            };
            /** @description The request is not valid (invalid-request) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Sign-in needed (token-missing); The token is not valid (token-invalid); The token has expired (token-expired) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not found (not-found) */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not available right now (unavailable) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteCapture: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request is not valid (invalid-request) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Sign-in needed (token-missing); The token is not valid (token-invalid); The token has expired (token-expired) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not allowed (forbidden) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not found (not-found) */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not possible now (conflict) */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not available right now (unavailable) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    captureFile: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": string;
                };
            };
            /** @description The request is not valid (invalid-request) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Sign-in needed (token-missing); The token is not valid (token-invalid); The token has expired (token-expired) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not found (not-found) */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not available right now (unavailable) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    status: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Status"];
                };
            };
            /** @description Sign-in needed (token-missing); The token is not valid (token-invalid); The token has expired (token-expired) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not available right now (unavailable) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
}
