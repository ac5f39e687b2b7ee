global using Links = MPCache.Client.Links;
global using MPCache.Sessions;
