using EdgeStream.Sql;
using EdgeStream.Storage;

namespace EdgeStream.Analytics;

/// <summary>Fires in silence and resolves at the first number; see <see cref="MissingRuleDefinition"/>.</summary>
/// <remarks>
/// The episode of a silence is named by the record before it, so a silence that was told before a crash is known
/// again when that record is replayed or its key's state is restored.
/// </remarks>
internal sealed class MissingRule : EpisodeRule<MissingState>
{
    /// <summary>Silence is written down whenever so much of the duration has passed, so that a restart forgets no
    /// more.</summary>
    private const int SilenceParts = 8;

    private readonly long _forMicroseconds;

    public MissingRule(MissingRuleDefinition definition, ColumnSet columns, int keysMax, UnsavedSize unsaved)
        : base(definition, columns, keysMax, unsaved) =>
        _forMicroseconds = definition.For.Ticks / TimeSpan.TicksPerMicrosecond;

    public override bool MeasuresTime => false;

    protected override void Judge(scoped in Evaluated record, int index, double value, AlertSink sink)
    {
        ref var state = ref Keys.StateAt(index);
        if (state.Episode.IsFiring)
        {
            Resolve(in record, index, value, sink);
        }

        state.Episode.FirstSequence = record.Sequence;
        state.LastValue = value;
        state.Silent = 0;
        state.HeardAt = record.Monotonic;
        FireIfToldBefore(index, sink);
    }

    public override void Tick(TimeProvider timeProvider, AlertSink sink)
    {
        base.Tick(timeProvider, sink);
        var now = timeProvider.GetTimestamp();
        for (var index = 0; index < Keys.IndexEnd; index++)
        {
            if (Keys.IsUsed(index) && !Keys.StateAt(index).Episode.IsFiring)
            {
                Listen(index, timeProvider, now, sink);
            }
        }
    }

    /// <summary>Knows what was told before a crash that took the state of it.</summary>
    public override void Recall(AlertSink sink)
    {
        for (var index = 0; index < Keys.IndexEnd; index++)
        {
            if (Keys.IsUsed(index) && !Keys.StateAt(index).Episode.IsFiring)
            {
                FireIfToldBefore(index, sink);
            }
        }
    }

    public override void Resume(long monotonic)
    {
        base.Resume(monotonic);
        for (var index = 0; index < Keys.IndexEnd; index++)
        {
            if (Keys.IsUsed(index))
            {
                Keys.StateAt(index).HeardAt = monotonic;
            }
        }
    }

    protected override string Explain(ref MissingState state) =>
        $"no value for {SpanText.OfMicroseconds(_forMicroseconds)}, the last was {NumberText.Of(state.LastValue)}";

    private void Listen(int index, TimeProvider timeProvider, long now, AlertSink sink)
    {
        ref var state = ref Keys.StateAt(index);
        var sinceHeard = timeProvider.GetElapsedTime(state.HeardAt, now).Ticks / TimeSpan.TicksPerMicrosecond;
        if (state.Silent + sinceHeard >= _forMicroseconds)
        {
            Fire(index, Timestamp.From(timeProvider.GetUtcNow()), sink);
        }
        else if (sinceHeard >= _forMicroseconds / SilenceParts)
        {
            state.Silent += sinceHeard;
            state.HeardAt = now;
            Keys.MarkChanged(index);
        }
    }

    private void FireIfToldBefore(int index, AlertSink sink)
    {
        var first = Keys.StateAt(index).Episode.FirstSequence;
        if (sink.FindFired(Definition, Keys.KeyAt(index), first) is { } fired)
        {
            Fire(index, fired.FiredAt, sink);
        }
    }

    private void Fire(int index, Timestamp at, AlertSink sink)
    {
        ref readonly var state = ref Keys.StateAt(index);
        var seconds = _forMicroseconds / (double)TimeSpan.MicrosecondsPerSecond;
        Fire(index, state.Episode.FirstSequence, state.LastValue, seconds, at, sink);
    }
}
