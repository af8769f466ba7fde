// Copy buttons. They are hidden until a script can make them work.

if (navigator.clipboard) {
  for (const button of document.querySelectorAll('[data-copy]')) {
    const label = button.querySelector('[data-label]');
    const words = label.textContent;
    let timer = 0;
    button.hidden = false;
    button.addEventListener('click', async () => {
      await navigator.clipboard.writeText(button.dataset.copy);
      label.textContent = button.dataset.copied;
      clearTimeout(timer);
      timer = setTimeout(() => { label.textContent = words; }, 2500);
    });
  }
}
