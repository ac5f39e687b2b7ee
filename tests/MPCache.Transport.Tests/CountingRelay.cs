using System.Net;
using System.Net.Sockets;

namespace MPCache.Transport.Tests;

/// <summary>A TCP relay that counts bytes each way.</summary>
/// <param name="touch">Given what goes up and where it stands in the stream, before it goes on: what it returns goes instead; null ends
/// both connections.</param>
internal sealed class CountingRelay(Func<byte[], long, byte[]?>? touch = null) : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private long _up, _down;

    public long Up => Interlocked.Read(ref _up);

    public long Down => Interlocked.Read(ref _down);

    /// <summary>Starts relaying to an address; returns the address to use instead.</summary>
    public string To(string address)
    {
        var target = new Uri(address);
        _listener.Start();
        _ = Task.Run(async () =>
        {
            using TcpClient near = await _listener.AcceptTcpClientAsync();
            using var far = new TcpClient();
            near.NoDelay = far.NoDelay = true;
            await far.ConnectAsync(target.Host, target.Port);
            await Task.WhenAll(Pump(near, far, n => Interlocked.Add(ref _up, n), touch), Pump(far, near, n => Interlocked.Add(ref _down,
                n), null));
        });
        return $"tcp://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";
    }

    private static async Task Pump(TcpClient from, TcpClient to, Action<int> count, Func<byte[], long, byte[]?>? touch)
    {
        byte[] buffer = new byte[1 << 16];
        long at = 0;
        try
        {
            while (await from.GetStream().ReadAsync(buffer) is > 0 and int n)
            {
                count(n);
                byte[]? go = touch is null ? buffer[..n] : touch(buffer[..n], at);
                at += n;
                if (go is null)
                {
                    break;
                }

                await to.GetStream().WriteAsync(go);
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // One side closed: the run is over.
        }

        to.Close();
        from.Close();
    }

    public void Dispose() => _listener.Stop();
}
