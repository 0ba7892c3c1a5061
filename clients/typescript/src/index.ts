/** The Focus API with the names that its document gives its operations. */

import createClient, { type Client } from "openapi-fetch";

import type { components, operations, paths } from "./schema.js";

type Schemas = components["schemas"];
export type Session = Schemas["Session"];
export type SessionWithEvents = Schemas["SessionWithEvents"];
export type Profile = Schemas["Profile"];
export type Problem = Schemas["SessionProblem"];
export type StartSession = Schemas["StartSession"];
export type EndSession = Schemas["EndSession"];
export type History = Schemas["HistoryPage"];
export type HistoryFilters = NonNullable<
  operations["getFocusSessionHistory"]["parameters"]["query"]
>;

/** Sent again with the same key, a request gets its first answer and is done once. */
export interface Once {
  idempotencyKey?: string;
}

export interface Connection {
  /** Where Focus runs, such as `http://localhost:8501`. */
  baseUrl: string;
  /** An access or personal token, or a function that gives the one to use now. */
  token: string | (() => string | Promise<string>);
}

/** A request that was refused; `message` is meant for people, `problem.type` for programs. */
export class FocusError extends Error {
  constructor(
    readonly status: number,
    readonly problem: Problem,
  ) {
    super(problem.detail);
    this.name = "FocusError";
  }
}

let connected: Client<paths> | undefined;

/** Say once where Focus runs and who asks. */
export function connect({ baseUrl, token }: Connection): void {
  connected = createClient<paths>({ baseUrl: `${baseUrl.replace(/\/+$/, "")}/api/v1` });
  connected.use({
    async onRequest({ request }) {
      const current = typeof token === "function" ? await token() : token;
      request.headers.set("Authorization", `Bearer ${current}`);
      return request;
    },
  });
}

/** The typed client itself, for what has no function of its own here. */
export function client(): Client<paths> {
  if (connected === undefined) {
    throw new Error("Call connect({ baseUrl, token }) first.");
  }
  return connected;
}

interface Answer<Data> {
  data?: Data;
  error?: unknown;
  response: Response;
}

/** The data of an answer. Throws FocusError when it was refused. */
export async function result<Data>(request: Promise<Answer<Data>>): Promise<Data> {
  const { data, error, response } = await request;
  if (!response.ok) {
    throw new FocusError(response.status, error as Problem);
  }
  return data as Data;
}

function header({ idempotencyKey }: Once): { "Idempotency-Key"?: string } {
  return idempotencyKey === undefined ? {} : { "Idempotency-Key": idempotencyKey };
}

/** Start a session now. Throws FocusError 409 when one runs; it is in `problem.session`. */
export function startFocusSession(body: StartSession = {}, once: Once = {}): Promise<Session> {
  const params = { header: header(once) };
  return result(client().POST("/focus-sessions/start", { body, params }));
}

/** End a session and say how it went. */
export function endFocusSession(
  session_id: string,
  body: EndSession = {},
  once: Once = {},
): Promise<Session> {
  const params = { path: { session_id }, header: header(once) };
  return result(client().POST("/focus-sessions/{session_id}/end", { body, params }));
}

/** The session that runs now, null if none does. */
export function getActiveFocusSession(): Promise<Session | null> {
  return result<Session | null>(client().GET("/focus-sessions/active"));
}

export { getActiveFocusSession as getActiveSession };

/** The person's focus profile. Throws FocusError 404 until three sessions are finished. */
export function getFocusProfile(): Promise<Profile> {
  return result(client().GET("/focus-sessions/profile"));
}

/** Sessions, newest first, a page at a time: give `next_cursor` back as `cursor`. */
export function getFocusSessionHistory(query: HistoryFilters = {}): Promise<History> {
  return result(client().GET("/focus-sessions/history", { params: { query } }));
}

/** One session with what happened inside it. */
export function getFocusSession(session_id: string): Promise<SessionWithEvents> {
  return result(client().GET("/focus-sessions/{session_id}", { params: { path: { session_id } } }));
}

/** Stop the clock. */
export function pauseFocusSession(session_id: string): Promise<Session> {
  const params = { path: { session_id } };
  return result(client().POST("/focus-sessions/{session_id}/pause", { params }));
}

/** Let the clock go on. */
export function resumeFocusSession(session_id: string): Promise<Session> {
  const params = { path: { session_id } };
  return result(client().POST("/focus-sessions/{session_id}/resume", { params }));
}
