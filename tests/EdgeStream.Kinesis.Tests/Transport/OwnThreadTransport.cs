using System.Collections.Concurrent;
using System.IO.Pipelines;
using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace EdgeStream.Kinesis.Tests;

/// <summary>Reads every connection on one thread of its own, which must never be blocked.</summary>
internal sealed class OwnThreadTransport : PipeScheduler, IConnectionListenerFactory, IDisposable
{
    private readonly SocketTransportFactory _sockets =
        new(Options.Create(new SocketTransportOptions()), NullLoggerFactory.Instance);

    private readonly BlockingCollection<(Action<object?> Work, object? State)> _work = [];
    private readonly Thread _thread;

    public OwnThreadTransport()
    {
        _thread = new Thread(Run);
        _thread.Start();
    }

    /// <summary>Whether the caller is on that thread.</summary>
    public bool IsHere => Environment.CurrentManagedThreadId == _thread.ManagedThreadId;

    public override void Schedule(Action<object?> action, object? state) => _work.Add((action, state));

    public async ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken) =>
        new Listener(await _sockets.BindAsync(endpoint, cancellationToken), this);

    public void Dispose()
    {
        _work.CompleteAdding();
        _thread.Join();
        _work.Dispose();
    }

    private void Run()
    {
        foreach (var (work, state) in _work.GetConsumingEnumerable())
        {
            work(state);
        }
    }

    private sealed class Listener(IConnectionListener below, OwnThreadTransport transport) : IConnectionListener
    {
        public EndPoint EndPoint => below.EndPoint;

        public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken)
        {
            var connection = await below.AcceptAsync(cancellationToken);
            if (connection is not null)
            {
                var pipe = new Pipe(new PipeOptions(readerScheduler: transport, useSynchronizationContext: false));
                _ = CopyAsync(connection.Transport.Input, pipe.Writer);
                connection.Transport = new Ends(pipe.Reader, connection.Transport.Output);
            }

            return connection;
        }

        public ValueTask UnbindAsync(CancellationToken cancellationToken) => below.UnbindAsync(cancellationToken);

        public ValueTask DisposeAsync() => below.DisposeAsync();

        private static async Task CopyAsync(PipeReader from, PipeWriter to)
        {
            try
            {
                await from.CopyToAsync(to);
            }
            catch (Exception e) when (e is IOException or InvalidOperationException or OperationCanceledException)
            {
                // The connection is gone.
            }

            await to.CompleteAsync();
        }
    }

    private sealed record Ends(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
