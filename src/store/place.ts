import { type LanceConnection, type Location, lanceConnection } from './location.ts';

/** How LanceDB reaches the workspace's tables: called again when credentials have expired. */
export async function connectTables(location: Location): Promise<LanceConnection> {
  const connection = await lanceConnection(location);
  return { ...connection, uri: `${connection.uri}/tables` };
}
