// On every page: the language switch is remembered, so that the bare address opens in it next time.

for (const link of document.querySelectorAll('.lang')) {
  link.addEventListener('click', () => {
    document.cookie = `__Host-lang=${link.hreflang}; path=/; max-age=31536000; samesite=lax; secure`;
  });
}
