global using MPCache.Inference;
global using MPCache.Sessions;
