global using MPCache.Sessions;
