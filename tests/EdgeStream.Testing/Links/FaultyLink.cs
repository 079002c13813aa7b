using System.Collections.Concurrent;
using System.Net.Sockets;

namespace EdgeStream.Testing;

/// <summary>A relay on 127.0.0.1 between a client and a server that goes wrong in each connection, by a plan, until it
/// is healed.</summary>
/// <remarks>Thread-safe.</remarks>
public sealed class FaultyLink : IDisposable
{
    private readonly ConcurrentDictionary<LinkConnection, bool> _open = new();
    private readonly int[] _struck = new int[Enum.GetValues<LinkFault>().Length];
    private readonly LinkPlan _plan;
    private readonly LoopbackServer _server;
    private volatile int _target;
    private volatile bool _isHealed;
    private int _connections;
    private int _betrayals;

    /// <summary>Relays to a port.</summary>
    /// <param name="target">The server's port.</param>
    /// <param name="front">What clients meet. It stays the caller's.</param>
    /// <param name="plan">What goes wrong.</param>
    public FaultyLink(int target, LinkFront front, LinkPlan plan)
    {
        _target = target;
        Front = front;
        _plan = plan;
        _server = new LoopbackServer(RelayAsync);
    }

    /// <summary>Where to connect.</summary>
    public int Port => _server.Port;

    /// <summary>What clients meet.</summary>
    public LinkFront Front { get; }

    /// <summary>The server's port, for the connections to come.</summary>
    public int Target
    {
        get => _target;
        set => _target = value;
    }

    /// <summary>How many connections there were.</summary>
    public int Connections => Volatile.Read(ref _connections);

    /// <summary>How often a client has sent something to a server that it must not trust.</summary>
    public int Betrayals => Volatile.Read(ref _betrayals);

    /// <summary>The faults of the plan that have not struck yet.</summary>
    public IEnumerable<LinkFault> Missing => _plan.Faults.Where(fault => Volatile.Read(ref _struck[(int)fault]) == 0);

    /// <summary>How often each fault has struck, in one line.</summary>
    public string Struck => string.Join(
        ", ", _plan.Faults.Select(fault => $"{fault} {Volatile.Read(ref _struck[(int)fault])}"));

    /// <summary>Nobody listens any more; connections that are there stay.</summary>
    public void Close() => _server.Close();

    /// <summary>Listens again.</summary>
    public void Open() => _server.Open();

    /// <summary>Resets every connection.</summary>
    public void Cut()
    {
        foreach (var connection in _open.Keys)
        {
            connection.Reset();
        }
    }

    /// <summary>Resets every connection; nothing goes wrong with those that come.</summary>
    public void Heal()
    {
        _isHealed = true;
        Cut();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _server.Dispose();
        Cut();
    }

    internal void Strike(LinkFault fault) => Interlocked.Increment(ref _struck[(int)fault]);

    internal void Betray() => Interlocked.Increment(ref _betrayals);

    private async Task RelayAsync(Socket near, CancellationToken stop)
    {
        var number = Interlocked.Increment(ref _connections) - 1;
        var connection = new LinkConnection(this, near, _isHealed ? LinkScript.Healthy : _plan.Of(number));
        _open[connection] = true;
        if (_isHealed && !connection.IsHealthy)
        {
            // Healed between the choice of its script and now.
            connection.Reset();
        }

        await connection.RunAsync(stop);
        _open.TryRemove(connection, out _);
    }
}
