import { conformance } from '../../sdk/conformance/conformance.ts';
import { protocol } from '../module.ts';

conformance(protocol, { folder: new URL('..', import.meta.url) });
