global using Microsoft.AspNetCore.Builder;
global using Microsoft.AspNetCore.Http;
global using MPCache.Client;
global using MPCache.Sessions;
