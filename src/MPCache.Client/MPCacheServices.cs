using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;

namespace MPCache.Client;

/// <summary>Private chat for dependency injection.</summary>
public static class MPCacheServices
{
    /// <summary>Adds one <see cref="IChatClient"/> for all, made at its first use; other middleware can be put on the builder.</summary>
    /// <param name="services">Where to.</param>
    /// <param name="options">Where the parties are.</param>
    /// <returns>For more registrations.</returns>
    public static IServiceCollection AddMPCacheChatClient(this IServiceCollection services, MPCacheClientOptions options)
        => services.AddSingleton<IChatClient>(_ => new MPCacheChatClient(options));
}
