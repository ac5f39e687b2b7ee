// One conversation with the gateway that serves this page. Text enters the document as text alone.
'use strict';
const at = id => document.getElementById(id);
const said = [];          // messages, as the interface takes them
let running = null;       // what stops the answer under way
let clock = 0;

const bytes = n => n < 1e4 ? `${n} B` : n < 1e7 ? `${Math.round(n / 1e3)} KB` : `${(n / 1e6).toFixed(1)} MB`;
const groups = hex => (hex.match(/.{2}/g) || []).join(' ');

function state(text, bad = false) {
  at('status').textContent = text;
  at('status').classList.toggle('bad', bad);
}

function turn(role, text) {
  const item = document.createElement('li');
  item.className = role;
  const who = document.createElement('span');
  who.className = 'who';
  who.textContent = role === 'user' ? 'You' : 'Model';
  const body = document.createElement('span');
  body.className = 'body';
  body.textContent = text;
  item.append(who, body);
  at('turns').append(item);
  item.scrollIntoView({ block: 'end' });
  return body;
}

// What the parties were told in words, without what only machines read.
function words(text) {
  try {
    const request = JSON.parse(text).Body.Request;
    return `${request.PromptTokens} tokens of prompt, ${request.MaxTokens} to generate at most, policy ${request.Policy}`;
  } catch {
    return 'nothing yet';
  }
}

function show(p) {
  at('rounds').textContent = p.rounds.toLocaleString('en');
  at('up').textContent = bytes(p.bytes.client_to_server);
  at('down').textContent = bytes(p.bytes.server_to_client);
  if (p.server_sees) at('server-sees').textContent = groups(p.server_sees);
  if (p.client_sees) at('client-sees').textContent = groups(p.client_sees);
  if (p.server_told) at('server-told').textContent = words(p.server_told);
  if (p.dealer_told) at('dealer-told').textContent = words(p.dealer_told);
  const what = {
    waiting: `waiting: ${p.total} before this one`,
    connecting: 'connecting to server and dealer',
    receiving: `set-up, once for this model: ${bytes(p.done)} of ${bytes(p.total)} of masked weights`,
    started: 'the prompt runs',
    prompt: `the prompt runs: ${p.done} of ${p.total} tokens`,
    token: 'the text comes, a token at a time',
    left_range: 'a number left its range: the text may be nonsense from here on',
  };
  state(what[p.phase] || '');
}

function whole(cost, body) {
  const parts = [cost.prompt, cost.tokens], sum = f => parts.reduce((n, p) => n + f(p), 0);
  at('rounds').textContent = sum(p => p.rounds).toLocaleString('en');
  at('dealt').textContent = bytes(sum(p => p.bytes.dealer_to_server));
  const speed = cost.tokens.count ? (cost.tokens.count / cost.tokens.seconds).toFixed(1) : '-';
  at('speed').textContent = speed;
  const line = document.createElement('span');
  line.className = 'cost';
  line.textContent = `set-up ${cost.setup.seconds.toFixed(1)} s, prompt ${cost.prompt.seconds.toFixed(1)} s, `
    + `${cost.tokens.count} more tokens ${cost.tokens.seconds.toFixed(1)} s (${speed} a second), `
    + `${sum(p => p.rounds).toLocaleString('en')} rounds, `
    + `${bytes(sum(p => p.bytes.client_to_server + p.bytes.server_to_client))} online`;
  body.after(line);
  const most = Math.max(...cost.stages.map(s => s.seconds), 0.001);
  at('stages').replaceChildren(...cost.stages.filter(s => s.seconds >= 0.005).map(stage => {
    const row = document.createElement('div');
    row.className = 'stage';
    const name = document.createElement('span');
    name.textContent = stage.name;
    const bar = document.createElement('meter');
    bar.max = most;
    bar.value = stage.seconds;
    bar.setAttribute('aria-label', `${stage.name}: ${stage.seconds.toFixed(2)} seconds`);
    const time = document.createElement('span');
    time.textContent = `${stage.seconds.toFixed(2)} s`;
    row.append(name, bar, time);
    return row;
  }));
}

async function* events(response) {
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let held = '';
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    held += value;
    for (let end; (end = held.indexOf('\n\n')) >= 0; held = held.slice(end + 2)) {
      const data = held.slice(0, end).replace(/^data: ?/, '');
      if (data === '[DONE]') return;
      yield JSON.parse(data);
    }
  }
}

function headers() {
  const key = at('key').value;
  return { 'Content-Type': 'application/json', ...(key ? { Authorization: `Bearer ${key}` } : {}) };
}

async function answer() {
  const body = turn('assistant', '');
  const start = performance.now();
  clock = setInterval(() => { at('seconds').textContent = ((performance.now() - start) / 1000).toFixed(1); }, 100);
  running = new AbortController();
  at('send').disabled = at('again').disabled = at('fresh').disabled = true;
  at('stop').disabled = false;
  at('dealt').textContent = 'told at the end';
  let text = '', tokens = 0, first = 0;
  try {
    const response = await fetch('/v1/chat/completions', {
      method: 'POST',
      headers: headers(),
      signal: running.signal,
      body: JSON.stringify({
        messages: said,
        stream: true,
        stream_options: { include_progress: true },
        max_tokens: Number(at('most').value),
        temperature: Number(at('temperature').value),
      }),
    });
    if (!response.ok) {
      at('keyline').hidden = at('keyline').hidden && response.status !== 401;
      throw new Error((await response.json()).error.message);
    }
    for await (const chunk of events(response)) {
      if (chunk.error) throw new Error(chunk.error.message);
      const piece = chunk.choices[0]?.delta?.content;
      if (piece) {
        text += piece;
        body.textContent = text;
      }
      if (chunk.mpcache?.phase) show(chunk.mpcache);
      if (chunk.mpcache?.phase === 'token') {
        first ||= performance.now();
        if (tokens++) at('speed').textContent = (1000 * (tokens - 1) / (performance.now() - first)).toFixed(1);
      }
      if (chunk.mpcache?.stages) whole(chunk.mpcache, body);
    }
    state('done');
  } catch (error) {
    if (running.signal.aborted) state('stopped: the session ended at all three');
    else state(error.message, true);
  }
  clearInterval(clock);
  running = null;
  if (text) said.push({ role: 'assistant', content: text });
  else body.parentElement.remove();
  at('send').disabled = at('fresh').disabled = false;
  at('stop').disabled = true;
  at('again').disabled = said.length === 0;
  at('text').focus();
}

function send() {
  const text = at('text').value.trimEnd();
  if (!text || running) return;
  at('text').value = '';
  if (said.at(-1)?.role === 'user') { // what was not answered is asked anew
    said.pop();
    at('turns').lastElementChild?.remove();
  }
  said.push({ role: 'user', content: text });
  turn('user', text);
  answer();
}

at('ask').addEventListener('submit', event => { event.preventDefault(); send(); });
at('text').addEventListener('keydown', event => {
  if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) { event.preventDefault(); send(); }
});
document.addEventListener('keydown', event => { if (event.key === 'Escape') running?.abort(); });
at('stop').addEventListener('click', () => running?.abort());
at('again').addEventListener('click', () => {
  if (running) return;
  if (said.at(-1)?.role === 'assistant') {
    said.pop();
    at('turns').lastElementChild.remove();
  }
  answer();
});
at('fresh').addEventListener('click', () => {
  said.length = 0;
  at('turns').replaceChildren();
  at('again').disabled = true;
  state('');
  at('text').focus();
});
at('theme').addEventListener('click', () => {
  const root = document.documentElement;
  const dark = root.dataset.theme ? root.dataset.theme === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches;
  root.dataset.theme = dark ? 'light' : 'dark';
});

fetch('/health').then(r => r.json()).then(h => { at('model').textContent = `${h.model}, held by the server`; }).catch(() => {});
at('text').focus();
