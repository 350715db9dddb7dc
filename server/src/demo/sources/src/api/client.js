const BASE = "https://api.fernbrook.example";

export class ApiError extends Error {
  constructor(response, path) {
    super(`${response.status} from ${path}`);
    this.name = "ApiError";
    this.status = response.status;
  }
}

async function send(method, path, body) {
  const response = await fetch(BASE + path, {
    method,
    credentials: "include",
    body: body && JSON.stringify(body),
  });
  if (!response.ok) throw new ApiError(response, path);
  return response.json();
}

export const api = {
  get: (path) => send("GET", path),
  post: (path, body) => send("POST", path, body),
};
