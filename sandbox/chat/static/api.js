// The chat API of the sandbox: everything the page can ask or do.

export class ApiError extends Error {}

async function request(path, options = {}) {
  let response;
  try {
    response = await fetch(`/chat/api${path}`, options);
  } catch (cause) {
    throw new ApiError('Нет связи с сервером', { cause });
  }
  const body = await response.json().catch(() => null);
  if (!response.ok) throw new ApiError(reason(body) ?? `Ошибка ${response.status}`);
  return body;
}

function reason(body) {
  const error = body?.error ?? body?.description;
  return typeof error === 'object' ? error?.message : error;
}

function post(path, body) {
  return request(path, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  });
}

export const fileUrl = (fileId) => `/chat/file/${encodeURIComponent(fileId)}`;
export const thumbUrl = (fileId) => `${fileUrl(fileId)}?thumb=1`;
export const eventsUrl = (userId) => `/chat/api/users/${userId}/events`;

// Name, commands and menu button depend on who looks.
export const getBot = (user) =>
  request(user ? `/bot?user_id=${user.id}&language_code=${user.language_code ?? ''}` : '/bot');
export const getUsers = async () => (await request('/users')).users;
export const addUser = (profile) => post('/users', profile);
export const getMessages = (userId) => request(`/users/${userId}/messages`);
export const press = (userId, messageId, row, column) =>
  post(`/users/${userId}/press`, { message_id: messageId, row, column });
export const pressKeyboard = (userId, row, column) =>
  post(`/users/${userId}/keyboard`, { row, column });
export const openWebApp = (userId, source, url) =>
  post(`/users/${userId}/web_app`, url ? { source, url } : { source });
export const sendWebAppData = (userId, data, buttonText) =>
  post(`/users/${userId}/web_app_data`, { data, button_text: buttonText });
export const setBlocked = (userId, blocked) => post(`/users/${userId}/block`, { blocked });

export function sendText(userId, text, replyToMessageId) {
  const body = { text };
  if (replyToMessageId) body.reply_to_message_id = replyToMessageId;
  return post(`/users/${userId}/send`, body);
}

// files: [{file, field}] where field is photo, video, document or voice. Photos make one album,
// every other file is a message of its own; the caption is on the first.
export async function sendFiles(userId, files, caption) {
  const photos = files.filter(({ field }) => field === 'photo');
  const others = files.filter(({ field }) => field !== 'photo');
  const messages = [...(photos.length ? [photos] : []), ...others.map((file) => [file])];
  for (const [index, parts] of messages.entries()) {
    const form = new FormData();
    for (const { file, field } of parts) form.append(field, file, file.name);
    if (caption && index === 0) form.append('caption', caption);
    await request(`/users/${userId}/send`, { method: 'POST', body: form });
  }
}
