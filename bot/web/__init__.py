"""The Starlette application: webhooks, browser chat, health and metrics."""
