/** Against a running Focus: FOCUS_URL, and FOCUS_TOKEN of somebody with a profile. */

import assert from "node:assert/strict";
import { before, test } from "node:test";

import {
  FocusError,
  client,
  connect,
  endFocusSession,
  getActiveFocusSession,
  getActiveSession,
  getFocusProfile,
  getFocusSession,
  getFocusSessionHistory,
  pauseFocusSession,
  result,
  resumeFocusSession,
  startFocusSession,
} from "../src/index.js";

function needed(name: string): string {
  const value = process.env[name];
  assert.ok(value, `${name} is not set`);
  return value;
}

before(() => {
  connect({ baseUrl: needed("FOCUS_URL"), token: () => needed("FOCUS_TOKEN") });
});

test("the example of the specification", async () => {
  const task = await result(client().POST("/tasks", { body: { title: "Assignment" } }));

  // Start session
  const session = await startFocusSession({
    expected_duration: 25,
    task_id: task.id,
    context: "Working on assignment",
    session_type: "pomodoro",
  });
  assert.equal(session.task_title, "Assignment");
  assert.equal((await getActiveSession())?.id, session.id);

  // End session
  await endFocusSession(session.id, {
    was_completed: true,
    focus_score: 4,
    interruption_count: 1,
    session_notes: "Great session!",
  });
  assert.equal(await getActiveFocusSession(), null);
  const ended = await getFocusSession(session.id);
  assert.deepEqual(
    [ended.was_completed, ended.focus_score, ended.interruption_count, ended.session_notes],
    [true, 4, 1, "Great session!"],
  );

  // Get profile
  const profile = await getFocusProfile();
  console.log(`Average: ${profile.avg_focus_duration_minutes}min`);
  console.log(`Peak hours: ${profile.peak_focus_hours}`);
  assert.ok(profile.total_sessions_count >= 3);
});

test("a session that runs is in the refusal of a second one", async () => {
  const session = await startFocusSession({}, { idempotencyKey: "one-key" });
  assert.equal((await startFocusSession({}, { idempotencyKey: "one-key" })).id, session.id);
  assert.equal((await pauseFocusSession(session.id)).is_paused, true);
  assert.equal((await resumeFocusSession(session.id)).is_paused, false);
  await assert.rejects(startFocusSession(), (error) => {
    assert.ok(error instanceof FocusError);
    assert.equal(error.status, 409);
    assert.equal(error.problem.type, "urn:focus:problem:session-already-running");
    assert.equal(error.problem.session?.id, session.id);
    return true;
  });
  await endFocusSession(session.id);
});

test("history comes in pages", async () => {
  const first = await getFocusSessionHistory({ limit: 2 });
  assert.equal(first.sessions.length, 2);
  const next = await getFocusSessionHistory({ limit: 2, cursor: first.next_cursor });
  assert.notEqual(next.sessions[0]?.id, first.sessions[0]?.id);
});

test("what can't be used is named", async () => {
  await assert.rejects(startFocusSession({ expected_duration: 0 }), (error) => {
    assert.ok(error instanceof FocusError);
    assert.equal(error.status, 422);
    assert.equal(error.problem.errors?.[0]?.pointer, "#/expected_duration");
    return true;
  });
});
