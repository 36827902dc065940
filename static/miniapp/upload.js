// Sending one chosen file, with progress; fetch cannot tell how much is sent.

import { ApiError, BASE } from './api.js';
import { initData } from './telegram.js';

const TIMEOUT_MS = 5 * 60 * 1000;

/**
 * @param {File} file
 * @param {(share: number) => void} onProgress 0…1
 * @returns {{done: Promise<{id: string, url: string}>, abort: () => void}}
 */
export function upload(file, onProgress) {
  const request = new XMLHttpRequest();
  const done = new Promise((resolve, reject) => {
    request.upload.onprogress = (event) => event.lengthComputable && onProgress(event.loaded / event.total);
    request.onload = () => {
      const body = request.response;
      if (request.status === 201 && body) resolve(body);
      else reject(new ApiError(body?.error?.code ?? 'unreadable', body?.error?.message));
    };
    request.onerror = () => reject(new ApiError('offline'));
    request.ontimeout = request.onerror;
    request.onabort = () => reject(new ApiError('aborted'));
  });
  request.open('POST', `${BASE}uploads?name=${encodeURIComponent(file.name)}`);
  request.setRequestHeader('Authorization', `tma ${initData}`);
  request.setRequestHeader('Content-Type', file.type || 'application/octet-stream');
  request.responseType = 'json';
  request.timeout = TIMEOUT_MS;
  request.send(file);
  return { done, abort: () => request.abort() };
}
