// Asks the server for the next build, and shows this page anew once there is one. Only `callsheet docs --watch` adds it.
(() => {
  'use strict';
  const own = new URL(document.currentScript.src);
  let since = own.searchParams.get('since');
  let box = null;

  const ask = () => {
    if (document.hidden) {
      // A browser opens few connections to one server: pages that nobody looks at need none.
      document.addEventListener('visibilitychange', ask, { once: true });
      return;
    }
    const script = document.createElement('script');
    script.src = new URL(`changed.js?since=${encodeURIComponent(since)}`, own).href;
    const again = (delay) => () => {
      script.remove();
      setTimeout(ask, delay);
    };
    script.onload = again(200);
    script.onerror = again(1000);
    document.head.append(script);
  };

  document.addEventListener('callsheet-failed', (event) => {
    since = event.detail.build;
    box = box || document.body.appendChild(document.createElement('pre'));
    box.className = 'callsheet-failed';
    box.setAttribute('role', 'alert');
    box.textContent = event.detail.error;
    Object.assign(box.style, {
      position: 'fixed', zIndex: '9999', left: '1rem', right: '1rem', bottom: '1rem', margin: '0', padding: '1rem',
      maxHeight: '40vh', overflow: 'auto', whiteSpace: 'pre-wrap', overflowWrap: 'anywhere',
      color: '#fff', background: '#8c1d18', font: '14px/1.5 ui-monospace, monospace',
    });
  });

  ask();
})();
