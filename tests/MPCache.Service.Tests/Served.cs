namespace MPCache.Service.Tests;

/// <summary>A gateway as a user starts it: <c>mpcache serve</c>, which starts a dealer and a server on the embedded model.</summary>
public sealed class Served : IDisposable
{
    public const string Key = "a key of the tests";

    /// <summary>The private greedy text of the embedded model, held elsewhere to the plaintext engine's.</summary>
    public const string Prompt = "In the beginning", Text = " of the reign of";

    public const int Tokens = 4;

    private readonly Tool _tool = new();

    public Served()
    {
        Process = _tool.Start("serve", "--listen", "http://127.0.0.1:0", "--api-key", Key, "--queue", "1", "--transport", "tcp");
        Address = new Uri(Running.Address(Process));
        Http = new HttpClient { BaseAddress = Address };
        Http.DefaultRequestHeaders.Authorization = new("Bearer", Key);
    }

    public Running Process { get; }

    public Uri Address { get; }

    public Uri Api => new(Address, "/v1");

    public HttpClient Http { get; }

    public void Dispose()
    {
        Http.Dispose();
        Process.Dispose();
        _tool.Dispose();
    }
}
