using EdgeStream.Analytics.Detection;
using EdgeStream.Sql;

namespace EdgeStream.Analytics;

/// <summary>An <see cref="AnomalyDetector"/> a key; see <see cref="DetectorRuleDefinition"/>.</summary>
/// <remarks>Times of day are those of event times in UTC. Memory of a key is fixed: 44 KB and a journal of 1 KB.
/// </remarks>
internal sealed class DetectorRule : EpisodeRule<DetectorState>
{
    private static readonly int BaseBytesMax = new AnomalyDetector().SavedBytesMax;

    private readonly DetectorRuleDefinition _definition;
    private readonly UnsavedSize _unsaved;
    private long _dropped;

    public DetectorRule(DetectorRuleDefinition definition, ColumnSet columns, int keysMax, UnsavedSize unsaved)
        : this(
            definition,
            columns,
            new KeyTable<DetectorState>(Math.Min(keysMax, DetectorRuleDefinition.KeysMax), unsaved),
            unsaved)
    {
    }

    private DetectorRule(
        DetectorRuleDefinition definition, ColumnSet columns, KeyTable<DetectorState> keys, UnsavedSize unsaved)
        : base(definition, columns, keys, unsaved, new DetectorStates(keys))
    {
        _definition = definition;
        _unsaved = unsaved;
    }

    public override bool MeasuresTime => false;

    public override int ExtraSaveBytesMax => base.ExtraSaveBytesMax + BaseBytesMax + DetectorState.SizeBytes
        + ((DetectorStates.ExtraNames + 1) * (_unsaved.EntryOverheadBytes + DetectorEntry.ContentOffset))
        + (2 * ShardRules.KeySizeBytesMax);

    protected override void Judge(scoped in Evaluated record, int index, double value, AlertSink sink)
    {
        ref var state = ref Keys.StateAt(index);
        var journal = state.Journal ??= new DetectorJournal(new AnomalyDetector());
        var (waited, neededBase) = (journal.WaitingCount, journal.NeedsBase);
        var seconds = (long)Math.Floor(record.EventTime.UnixMicroseconds / (double)TimeSpan.MicrosecondsPerSecond);
        var score = journal.Score(seconds, value);
        CountUnsaved(record.Key.Length, journal, waited, neededBase);

        var isUnusual = journal.Detector.IsUnusual;
        if (!state.Episode.IsFiring && score >= AnomalyDetector.AlertScore)
        {
            state.NormalRun = 0;
            state.Explanation = journal.Detector.Explanation;
            Fire(in record, index, value, state.Explanation.Expected, sink);
        }
        else if (isUnusual)
        {
            state.NormalRun = 0;
        }
        else if (state.Episode.IsFiring && ++state.NormalRun >= _definition.ResolveAfter)
        {
            Resolve(in record, index, value, sink);
        }
    }

    protected override string Explain(ref DetectorState state) => state.Explanation.Describe("UTC");

    /// <summary>Adds what the next save writes besides a head with all its values.</summary>
    private void CountUnsaved(int keyLength, DetectorJournal journal, int waited, bool neededBase)
    {
        var name = _unsaved.EntryOverheadBytes + DetectorEntry.ContentOffset + keyLength;
        if (journal.NeedsBase && !neededBase)
        {
            _unsaved.Bytes += name + BaseBytesMax;
        }
        else if (journal.WaitingCount > waited && journal.WaitingCount % DetectorJournal.ChunkValues == 0)
        {
            _unsaved.Bytes += name;
        }

        if (Keys.Dropped > _dropped)
        {
            _unsaved.Bytes += (Keys.Dropped - _dropped) * DetectorStates.ExtraNames * _unsaved.EntryOverheadBytes;
            _dropped = Keys.Dropped;
        }
    }
}
