import { conformance } from '../../sdk/conformance/conformance.ts';
import { upgraded } from './upgraded.ts';

conformance(upgraded, { folder: new URL('..', import.meta.url) });
