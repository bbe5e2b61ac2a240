/** What follows from a value that may be there at once: then nobody waits a turn for it. */
export const following = <From, To>(
  value: From | Promise<From>,
  follow: (value: From) => To | Promise<To>,
): To | Promise<To> => (value instanceof Promise ? value.then(follow) : follow(value))
