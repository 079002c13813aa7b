using System.Buffers.Binary;
using System.Text;
using EdgeStream.Benchmarks.Areas.Mqtt.Load;

namespace EdgeStream.Benchmarks.Areas.Kinesis.Load;

/// <summary>One connection puts a record, another has subscribed to its shard: the time from the answer to the
/// event.</summary>
/// <remarks>An event that comes before the answer took no time. The next record is put when both have come.</remarks>
internal sealed class PropagationLoad : IDisposable
{
    private const int FrameOverhead = 16;
    private const int DelaysMin = 5;
    private static readonly TimeSpan AnswerDeadline = TimeSpan.FromSeconds(60);

    private readonly Epoll _epoll = new();
    private readonly KinesisConnection _putting;
    private readonly KinesisConnection _subscribed;
    private readonly PreparedRequest _put;
    private readonly PreparedRequest _subscribe;
    private readonly List<double> _delaysMs = [];
    private byte[] _putSequence = [];
    private byte[] _eventSequence = [];
    private long _putAt;
    private long _eventAt;
    private bool _hasBegun;

    /// <summary>Makes the consumer.</summary>
    public PropagationLoad(RequestSigner signer, KinesisConnection putting, KinesisConnection subscribed)
    {
        _putting = putting;
        _subscribed = subscribed;
        var payload = Convert.ToBase64String(new byte[100]);
        _put = new PreparedRequest(signer, "PutRecord", $$"""
            {"StreamName":"{{BenchmarkStream.Name}}","Data":"{{payload}}","PartitionKey":"device","ExplicitHashKey":"0"}
            """);
        var consumer = BenchmarkStream.Register(putting, signer);
        var position = """{"Type":"LATEST"}""";
        _subscribe = new PreparedRequest(signer, "SubscribeToShard", $$"""
            {"ConsumerARN":"{{consumer}}","ShardId":"{{BenchmarkStream.ShardId(0)}}","StartingPosition":{{position}}}
            """);
    }

    /// <summary>Puts until the time is over.</summary>
    public KinesisLoadReport Run(TimeSpan warmUp, TimeSpan duration)
    {
        _putting.Join(_epoll);
        _subscribed.Join(_epoll);
        _subscribed.Reply.Clear();
        _subscribe.AddTo(_subscribed);
        _subscribed.Flush(_epoll);
        WaitFor(() => _hasBegun);

        var clock = new ClientClock(warmUp, duration, DelaysMin);
        var count = 0L;
        for (; !clock.IsOver; count++)
        {
            var delayMs = PutOne();
            if (clock.IsMeasured())
            {
                _delaysMs.Add(delayMs);
            }
        }

        return KinesisLoadReport.Of(_delaysMs.Count / clock.MeasuredSeconds, count, _delaysMs, clock.ClientLoad);
    }

    /// <inheritdoc/>
    public void Dispose() => _epoll.Dispose();

    private double PutOne()
    {
        _putSequence = [];
        _putting.Reply.Clear();
        _put.AddTo(_putting);
        _putting.Flush(_epoll);
        WaitFor(() => _putSequence.Length > 0 && _putSequence.AsSpan().SequenceEqual(_eventSequence));
        return Math.Max(0, TimeProvider.System.GetElapsedTime(_putAt, _eventAt).TotalMilliseconds);
    }

    private void WaitFor(Func<bool> condition)
    {
        var began = TimeProvider.System.GetTimestamp();
        Span<int> ready = stackalloc int[2];
        while (!condition())
        {
            var count = _epoll.Wait(ready, timeoutMs: 100);
            var now = TimeProvider.System.GetTimestamp();
            foreach (var number in ready[..count])
            {
                if (number == _putting.Number)
                {
                    TakeAnswer(now);
                }
                else
                {
                    TakeEvents(now);
                }
            }

            if (TimeProvider.System.GetElapsedTime(began) > AnswerDeadline)
            {
                throw new TimeoutException(
                    $"Put {Encoding.UTF8.GetString(_putSequence)}, seen {Encoding.UTF8.GetString(_eventSequence)}.");
            }
        }
    }

    private void TakeAnswer(long now)
    {
        if (!_putting.Receive() || !_putting.Reply.IsWhole)
        {
            return;
        }

        var body = _putting.Reply.Body;
        Answers.RequirePut(_putting.Reply.Status, body, records: 1);
        _putSequence = Answers.LastSequence(body).ToArray();
        _putAt = now;
    }

    private void TakeEvents(long now)
    {
        if (!_subscribed.Receive())
        {
            return;
        }

        var reply = _subscribed.Reply;
        if (reply.Status is not (0 or 200))
        {
            Answers.RequireSuccess(reply.Status, reply.Body);
        }

        while (reply.Body.Length >= FrameOverhead
            && BinaryPrimitives.ReadInt32BigEndian(reply.Body) is var size
            && reply.Body.Length >= size)
        {
            _hasBegun = true;
            var sequence = Answers.LastSequence(reply.Body[..size]);
            if (!sequence.IsEmpty)
            {
                _eventSequence = sequence.ToArray();
                _eventAt = now;
            }

            reply.Take(size);
        }
    }
}
