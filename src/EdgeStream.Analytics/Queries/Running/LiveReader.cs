using EdgeStream.Storage;

namespace EdgeStream.Analytics;

/// <summary>Gives the records that come to one query that nobody saves.</summary>
internal sealed class LiveReader : IDisposable
{
    private readonly RunningQuery _query;
    private readonly MergedInput _input;
    private readonly TimeProvider _time;
    private readonly StreamColumns _columns = new();

    public LiveReader(RunningQuery query, MergedInput input, TimeProvider time)
    {
        (_query, _input, _time) = (query, input, time);
        _columns.Attach(query.Decoders);
    }

    public long Records { get; private set; }

    /// <summary>Reads what is there, up to a number of records or until the receiver has had enough for now.</summary>
    /// <returns>Whether there is nothing more to read for now.</returns>
    public bool Step(int countMax, IRowReceiver receiver)
    {
        // Nobody reads this input again.
        _input.Journal.Clear();
        var now = Timestamp.From(_time.GetUtcNow()).UnixMicroseconds;
        for (var count = 0; count < countMax; count++)
        {
            if ((count & 63) == 63 && (!receiver.HasRoom || receiver.IsDone))
            {
                return false;
            }

            switch (_input.Read(out var record))
            {
                case InputStep.Record:
                    Records++;
                    _query.Take(in record, _columns.TryRead(in record));
                    break;
                case InputStep.Late:
                    Records++;
                    _query.ReportLate(in record);
                    break;
                default:
                    if (MayAdvance(now) && _input.TryAdvance(now))
                    {
                        break;
                    }

                    CloseDue();
                    return true;
            }
        }

        return false;
    }

    /// <summary>Completes when there may be more to read.</summary>
    public Task WhenReadable(CancellationToken cancellationToken) => _input.WhenReadable(cancellationToken);

    public void Dispose() => _input.Dispose();

    private bool MayAdvance(long now) =>
        _input.IsHeldBack || _query.Graph.Context.Clock.NextDeadline <= _input.TimeOf(now);

    private void CloseDue()
    {
        if (_input.Watermark is var watermark and not (long.MinValue or long.MaxValue))
        {
            _query.Graph.AdvanceTo(watermark);
        }
    }
}
