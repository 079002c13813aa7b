using System.Buffers;
using System.IO.Pipelines;

namespace EdgeStream.Mqtt;

/// <summary>What comes in on a connection: takes whole packets from its socket, and hands each to its handler, in
/// order.</summary>
/// <remarks>
/// One loop; what it tells of itself may be asked from anywhere. It stands still while too much is with the host or
/// waits to be sent, and where a client publishes faster than it may; then the socket isn't read.
/// </remarks>
internal sealed class PacketIntake
{
    private const long NotWaiting = long.MaxValue;

    private readonly ServerConnection _connection;
    private readonly AsyncSignal _room;
    private readonly PublishRate? _rate;
    private PacketScratch _scratch;
    private ConnectBytes _connectBytes;
    private long _lastReceivedMs;
    private long _waitingToSendSinceMs = NotWaiting;
    private long _publishBytes;
    private int _publishes;
    private volatile bool _isReading;

    /// <param name="connection">Whose packets they are.</param>
    /// <param name="room">Woken when the connection's acknowledgements have room again.</param>
    /// <param name="nowMs">When the connection was opened.</param>
    internal PacketIntake(ServerConnection connection, AsyncSignal room, long nowMs)
    {
        _connection = connection;
        _room = room;
        _rate = PublishRate.Create(connection.Broker.Options, nowMs);
        _lastReceivedMs = nowMs;
    }

    /// <summary>Whether the loop waits for bytes; while it doesn't, the client's silence means nothing.</summary>
    internal bool IsReading => _isReading;

    /// <summary>When bytes came last, or were dealt with.</summary>
    internal long LastReceivedMs => Volatile.Read(ref _lastReceivedMs);

    /// <summary>Whether nothing is read as the client takes nothing of what waits for it.</summary>
    internal bool IsWaitingToSend => Volatile.Read(ref _waitingToSendSinceMs) != NotWaiting;

    /// <summary>Whether the client has taken nothing of what waits for it for longer than so long.</summary>
    internal bool IsUnreadFor(long boundMs, long nowMs)
    {
        long sinceMs = Volatile.Read(ref _waitingToSendSinceMs);
        return sinceMs != NotWaiting && nowMs - sinceMs > boundMs;
    }

    /// <summary>Reads until the input ends or the connection closes.</summary>
    /// <exception cref="MqttProtocolException">The client broke the protocol, or sends more than it may.</exception>
    /// <exception cref="IOException">The peer is gone.</exception>
    internal async Task RunAsync(PipeReader input)
    {
        bool goesOn = true;
        while (goesOn && !_connection.IsClosing)
        {
            _isReading = true;
            ReadResult result = await input.ReadAsync().ConfigureAwait(false);
            _isReading = false;
            goesOn = !result.IsCanceled && !result.IsCompleted;
            if (!result.IsCanceled)
            {
                await TakeAsync(input, result.Buffer).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Counts a message that is handed to the host. For handlers: the statistics learn of it with the others
    /// that came along with it.</summary>
    internal void CountPublish(int payloadBytes)
    {
        _publishes++;
        _publishBytes += payloadBytes;
    }

    /// <summary>Gives back what the loop holds. After its end.</summary>
    internal void Return()
    {
        ReportPublishes();
        _scratch.Return();
        _connectBytes.TryHold(_connection.Broker.ConnectBytes, 0);
    }

    /// <summary>Handles the whole packets of what has come. Apart from the loop, as what it keeps is not kept while
    /// nothing comes.</summary>
    private async ValueTask TakeAsync(PipeReader input, ReadOnlySequence<byte> buffer)
    {
        MqttBroker broker = _connection.Broker;
        Volatile.Write(ref _lastReceivedMs, broker.Clock.NowMs);
        long before = buffer.Length;
        int packets = 0;
        while (!_connection.IsClosing
            && PacketFrame.TryRead(
                ref buffer, broker.Options.PacketSizeBytesMax, out byte header, out ReadOnlySequence<byte> body))
        {
            packets++;
            ValueTask handling = Handle(header, body);
            if (!handling.IsCompletedSuccessfully)
            {
                ReportPublishes();
                _connection.Sender.Wake();
                await handling.ConfigureAwait(false);
            }

            if (!_connection.Acknowledgements.HasRoom || !_connection.Sender.HasRoom)
            {
                await WaitForRoomAsync().ConfigureAwait(false);
            }

            if (_rate is { } rate
                && (PacketType)(header >> 4) == PacketType.Publish
                && rate.Take((int)body.Length, broker.Clock.NowMs) is > 0 and long waitMs)
            {
                _connection.Sender.Wake();
                await SlowDownAsync(waitMs).ConfigureAwait(false);
            }
        }

        if (!_connectBytes.TryHold(broker.ConnectBytes, _connection.Session is null ? buffer.Length : 0))
        {
            Reject.With(MqttReasonCode.ServerBusy, "Too much is held for connections whose CONNECT isn't whole.");
        }

        _connection.Deadlines.NotePartial(buffer.Length, buffer.Length < before, broker.Clock.NowMs);
        broker.Statistics.AddReceived(before - buffer.Length, packets);
        ReportPublishes();
        input.AdvanceTo(buffer.Start, buffer.End);
        _connection.Sender.WakeIfPending();
        Volatile.Write(ref _lastReceivedMs, broker.Clock.NowMs);
    }

    private ValueTask Handle(byte header, in ReadOnlySequence<byte> body)
    {
        if (body.IsSingleSegment)
        {
            return PacketDispatch.Handle(_connection, header, body.FirstSpan);
        }

        return PacketDispatch.Handle(_connection, header, _scratch.Join(body));
    }

    private async ValueTask WaitForRoomAsync()
    {
        ReportPublishes();
        _connection.Sender.Wake();
        while (!_connection.Acknowledgements.HasRoom && !_connection.IsClosing)
        {
            await _room.WaitAsync().ConfigureAwait(false);
        }

        while (!_connection.Sender.HasRoom && !_connection.IsClosing)
        {
            // Each time that something went out begins anew: a slow client is not one that is gone.
            Volatile.Write(ref _waitingToSendSinceMs, _connection.Broker.Clock.NowMs);
            await _connection.Sender.WaitForRoomAsync().ConfigureAwait(false);
        }

        Volatile.Write(ref _waitingToSendSinceMs, NotWaiting);
    }

    private Task SlowDownAsync(long waitMs) =>
        Task.Delay(TimeSpan.FromMilliseconds(waitMs), _connection.Broker.Time, _connection.Closed);

    private void ReportPublishes()
    {
        if (_publishes > 0)
        {
            _connection.Broker.Statistics.AddPublishesReceived(_publishes, _publishBytes);
            _publishes = 0;
            _publishBytes = 0;
        }
    }
}
