using System.IO.Pipelines;
using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;

namespace EdgeStream.Mqtt.Tests;

/// <summary>A connection in memory: what the test writes is what the broker reads.</summary>
internal sealed class MemoryConnection : ConnectionContext, IDuplexPipe
{
    private readonly Pipe _toBroker = new();
    private readonly Pipe _fromBroker = new();

    internal MemoryConnection()
    {
        Transport = this;
        Sent = new WatchedWriter(_fromBroker.Writer);
        RemoteEndPoint = new IPEndPoint(IPAddress.Loopback, 1);
    }

    public override string ConnectionId { get; set; } = "memory";

    public override IFeatureCollection Features { get; } = new FeatureCollection();

    public override IDictionary<object, object?> Items { get; set; } = new Dictionary<object, object?>();

    public override IDuplexPipe Transport { get; set; }

    public PipeReader Input => _toBroker.Reader;

    public PipeWriter Output => Sent;

    /// <summary>Where the broker writes.</summary>
    internal WatchedWriter Sent { get; }

    /// <summary>Where the test writes.</summary>
    internal PipeWriter ToBroker => _toBroker.Writer;

    /// <summary>Reads all that the broker writes, until it ends.</summary>
    internal async Task<long> DrainAsync()
    {
        long count = 0;
        while (true)
        {
            ReadResult read = await _fromBroker.Reader.ReadAsync();
            count += read.Buffer.Length;
            _fromBroker.Reader.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted)
            {
                return count;
            }
        }
    }

    /// <summary>The peer is gone: what the broker waits to send is never taken.</summary>
    public override void Abort(ConnectionAbortedException abortReason) => _fromBroker.Reader.Complete();

    /// <summary>Ends both directions, as the transport's owner does when serving is over.</summary>
    internal async Task EndAsync()
    {
        await _toBroker.Reader.CompleteAsync();
        await _fromBroker.Writer.CompleteAsync();
    }
}
