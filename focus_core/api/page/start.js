window.addEventListener("load", () => {
  window.SwaggerUIBundle({
    url: "openapi.json",
    dom_id: "#api",
    deepLinking: true,
    docExpansion: "list",
    persistAuthorization: false,
    requestSnippetsEnabled: true,
    tryItOutEnabled: true,
  });
});
