/**
 * A batch of frames as it travels on `capture.frames.v1`: one session (a run of a whisperer on one interface or file), one partition. All numbers big-endian.
 *
 *     u8   version
 *     u8   flags (`BatchFlag`)
 *     u32  length of the header, from the version to the first entry: a reader skips what a later minor revision has appended
 *     u32  number of entries; 0: a mark of time
 *     u48 u32       start of the session: seconds since 1970, nanoseconds
 *     u32           sequence number of the batch within its session and partition, from 0
 *     u48 u48       the session's clock (see `FrameEntry.clock`) in front of the first entry, and at the end of the batch
 *     u48 u32       packet time at the end of the batch
 *     7 x u32       time-outs of flows, in seconds, in the order of `timeoutNames`
 *     5 x text      source, file path, observer's name, host name, interface; "" for none (text: u16 length, UTF-8)
 *     u8 links      each u32 LINKTYPE_, u8 digits of a second's fraction
 *     u8 counters   each text and f64, cumulative over the session
 *
 * Then the entries:
 *
 *     u8   kind (`EntryKind`)
 *     u8   index into the links
 *     u16  seconds that the session's clock moved on since the entry before
 *     u48 u32       time: seconds since 1970, nanoseconds
 *     u32  captured: bytes that follow behind the fields of this entry
 *     u32  length of the frame on the wire
 *     a packet's fields, if it is one (see `packet-fields.ts`)
 *     captured bytes
 */
export const batchVersion = 1;

export const BatchFlag = {
  /** The session's last batch in this partition: every flow that is still open ends with it. */
  isLast: 1,
  /** The source can be read again from its beginning (a file): a later session of it replaces this one. */
  isReplayable: 2,
  /** The outermost VLAN id tells flows apart. */
  flowKeyVlan: 4,
} as const;

export const EntryKind = {
  /** A frame as it was captured, that is one packet of one conversation. */
  frame: 0,
  /** A packet that the whisperer has decoded: of a tunnel, or of a fragmented datagram. */
  packet: 1,
} as const;

export const timeoutNames = ['tcpAttempt', 'tcpEstablished', 'tcpClosed', 'udp', 'icmp', 'other', 'active'] as const;

/** Bytes of a text in the header. */
export const textLimit = 4096;
/** Kinds of link in one batch; the index has one byte. */
export const linkLimit = 255;
/** Counters of one batch. */
export const counterLimit = 255;
/** Seconds that the clock may move on between two entries of a batch. */
export const clockStepLimit = 0xffff;
/** Bytes of one entry; what is longer is cut by the whisperer. */
export const entryBytesLimit = 2 ** 20;
/** Entries of one batch. */
export const entryLimit = 1 << 20;
/** 9999-12-31T23:59:59Z, the last second that RFC 3339 can write. */
export const latestSecond = 253_402_300_799;
