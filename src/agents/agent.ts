import type { DraftInput } from '../schema/event.ts';
import type { InstructionState } from './instruction-block.ts';

/** One hook payload as the agent's client sent it. */
export interface HookPayload {
  /** The agent's own name of the hook event, given when the hook was installed, never guessed. */
  event: string;
  /** Raw text from standard input; may be cut in its middle or be no JSON at all. */
  payload: string;
  /** Size of the whole payload in bytes, when its middle was cut. */
  bytes?: number;
  /** Epoch milliseconds at which the hook ran. */
  at: number;
}

/** A tool call that is about to be made, of which the agent may be warned. */
export interface CallToJudge {
  kind: 'warning';
  tool: string;
  input: unknown;
  callId: string | null;
  /** Session at the root of the tree of agents that asks. */
  rootSession: string;
  /** Directory that its paths are made relative to. */
  base: string | null;
}

/** What a session is to be told as it begins. */
export interface BriefWanted {
  kind: 'brief';
  /** It goes on with a context that was compacted, or is a part of another session's work; absent: neither. */
  moment?: 'compaction' | 'subagent';
}

/** What a hook payload says, in our words. */
export interface Translation {
  /** Directory that the payload is about, which decides the workspace; null when it does not say. */
  cwd: string | null;
  /** Our session id, for which context may be wanted; null when the payload has none. */
  session: string | null;
  drafts: DraftInput[];
  /** Context that the agent will read from the hook's standard output. */
  wants: BriefWanted | { kind: 'context'; prompt: string } | CallToJudge | null;
  /**
   * Transcript that has more to say about this, and sooner than it would be looked at: agents whose hooks tell no ids or
   * no exit codes are captured from there. Null: the drafts are all.
   */
  transcript: string | null;
}

/** A settings file of the agent that connect edits; all functions are pure and work on the file's text (null: no file). */
export interface SettingsFile {
  path: string;
  /** What this file is for, in a few words ("hooks", "MCP server"). */
  purpose: string;
  /** The text with our entries in it. Throws AppError FAILED_PRECONDITION when the text cannot be edited safely. */
  connect(text: string | null): string;
  /** The text without our entries; null when nothing but our entries was in it and the file should go. */
  disconnect(text: string | null): string | null;
  /** Which of our entries are not in it, in a few words each; empty when connected. */
  missing(text: string | null): string[];
  /** What stands in it of what the agent is told to do; absent where nothing of that belongs in it. */
  instruction?(text: string | null): InstructionState;
  /** Directory that links may not lead out of: the file is in a repository, which others write. */
  within?: string;
}

/** Where a user's agents keep their files. */
export interface Place {
  userHome: string;
  /** Variables of the user's shell that move them (CLAUDE_CONFIG_DIR, XDG_CONFIG_HOME, …), and its PATH. */
  environment: Readonly<Record<string, string | undefined>>;
}

export interface HookTarget extends Place {
  scope: 'user' | 'project';
  /** The agent's configuration directory for the user scope, such as ~/.claude. */
  configDir: string;
  /** Root of the checkout, for the project scope. */
  projectDir: string;
  /** Absolute path of bin/hook.sh. */
  hookPath: string;
  /** Command and arguments that start `hivemind`. */
  command: { command: string; args: string[] };
  /** Environment that hook and server need beyond the defaults (a moved HIVEMIND_HOME). */
  env: Record<string, string>;
  /** false: the agent is not told what to do with Hivemind by itself. */
  instructions?: boolean;
}

/** For clients that run our hooks only after a person has trusted them. */
export interface HookConsent {
  /** What a person has to know and do, for the notes of connect. */
  how: string;
  /** What `untrusted` says, asked of the client itself, which knows of changed hooks too. Starts it. Throws AppError. */
  verify(target: HookTarget): Promise<Untrusted | null>;
  /** Has the client trust our hooks, on a person's order. Starts it. Throws AppError when it does not. */
  grant(target: HookTarget): Promise<{ trusted: number }>;
  /** The settings files for disconnect, which takes the trust back too. */
  withdrawal(target: HookTarget): Promise<SettingsFile[]>;
}

export interface Untrusted {
  what: string;
  /** The next command to type. */
  hint: string;
}

/** Reads one transcript file line by line; keeps what it must remember between lines. */
export interface TranscriptReader {
  /** `null`: a line of bookkeeping that carries nothing to keep. Throws SyntaxError on a line that is not JSON. */
  line(text: string): DraftInput[] | null;
  /** Drafts that were waiting for a line that never came (a tool call without its result). */
  end(): DraftInput[];
  /** Drafts that waited for more of the same and are told because nothing has come for a while; the reader goes on after it. */
  rest?(): DraftInput[];
  /** Types of lines that this adapter does not know, each with how many there were. */
  unknown?(): Record<string, number>;
}

/** One session, or a piece of one, out of a file that holds it in another form than lines. */
export interface TranscriptPart {
  /** Directory that it is about; null when it does not say. */
  directory: string | null;
  drafts: DraftInput[];
}

/** Reads a file that is no list of lines: one JSON document, a database. */
export interface DocumentReader {
  /** What changed since `sinceMs` (epoch milliseconds; 0: everything), oldest first. Throws SyntaxError when it is not such a file. */
  parts(sinceMs: number): Iterable<TranscriptPart>;
  unknown?(): Record<string, number>;
}

/** An agent that Hivemind knows: pure translation, no state, nothing imported but the ground. */
export interface Agent {
  name: string;
  /** As its makers write it, such as "Claude Code". */
  title: string;
  /** Programs of which one is on the PATH where it is installed; empty when that does not tell. */
  programs: readonly string[];
  /** Folder where its user settings are. */
  configDir(place: Place): string;
  translate(payload: HookPayload): Translation;
  /**
   * What the hook prints so that the agent reads `context`; empty for nothing. `ask`: before a call its user is asked for
   * the reason that `context` says, where the agent's hooks can have that asked.
   */
  hookReply(event: string, context: string, options?: { ask?: boolean }): string;
  /** Empty where there is nothing to write (whoever speaks to the socket by itself). */
  settingsFiles(target: HookTarget): SettingsFile[];
  /**
   * Where it reads what it is told to do: the file for that, then others in which it stood when the agent's settings
   * were other ones. Absent where it is told by its settings files, or by the MCP server alone. May read the agent's files.
   */
  instructionFiles?(target: HookTarget): [SettingsFile, ...SettingsFile[]];
  /** What its user has to do after connect, and cannot be done for them. */
  notes?(target: HookTarget): string[];
  /**
   * What keeps the agent from running our hooks although they are there, and only its user may change; null when
   * nothing does. Reads the agent's files, and throws when it cannot.
   */
  untrusted?(target: HookTarget): Promise<Untrusted | null>;
  /** How trust is given; absent where hooks run as soon as they are written. */
  consent?: HookConsent;
  transcripts: {
    /** Folders below which this agent keeps all its transcripts; they need not exist. */
    roots(place: Place): readonly string[];
    /** Directory that a transcript is about, from its first lines or its place; null when they do not say. */
    directoryOf(head: string, path: string): string | null;
    /** Whether a file that lies anywhere looks like a transcript of this agent, by its first 64 KiB and its path. */
    recognises(head: string, path: string): boolean;
    /** Whether transcripts may be in a folder, by its path relative to a root; anywhere when absent. */
    enters?(relativePath: string): boolean;
    /** Whether a file, by its path relative to a root, is a transcript. */
    accepts(relativePath: string): boolean;
    reader(path: string): TranscriptReader;
    /** The transcript that another file beside it belongs to (a database's log); the path itself when absent. */
    sourceOf?(path: string): string;
    /** Reader of a file that is no list of lines; null: `reader` reads it. */
    document?(path: string): DocumentReader | null;
  };
}
