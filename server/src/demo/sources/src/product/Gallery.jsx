import { useEffect, useRef, useState } from "react";

export function Gallery({ pictures }) {
  const [at, setAt] = useState(0);
  const frame = useRef(null);

  useEffect(() => {
    const observer = new ResizeObserver(([entry]) => {
      frame.current.style.height = `${entry.contentRect.width * 0.75}px`;
    });
    observer.observe(frame.current);
    return () => observer.disconnect();
  }, []);

  function zoom(event) {
    const box = frame.current.getBoundingClientRect();
    const x = (event.touches[0].clientX - box.left) / box.width;
    frame.current.style.setProperty("--x", x);
  }

  const picture = pictures[at];
  return (
    <figure ref={frame} onTouchMove={zoom}>
      <img src={picture.large} alt={picture.alt} />
    </figure>
  );
}
