using System.Collections.Immutable;

namespace EdgeStream.Storage;

/// <summary>
/// An append-only, ordered, durable log in a folder of preallocated segment files. The format is in the room's
/// README.
/// </summary>
/// <remarks>
/// Thread-safe. Any number of producers append, one <see cref="Committer"/> writes and syncs, any number of readers
/// read.
/// Three positions only move forward: <i>appended</i> (has a sequence number, lives in memory), <i>written</i> (the
/// kernel has it), <i>durable</i> (the device has it). Readers see what is acknowledged: the durable position, or the
/// written one where the durability says so. The first failed write or sync is remembered and ends all appends;
/// reading goes on.
/// </remarks>
public sealed class ShardLog
{
    private readonly LogClock _clock;
    private readonly Committer _committer;
    private readonly LogPositions _positions;
    private readonly LogCheckpoints _checkpoints;
    private readonly AppendQueue _queue;
    private readonly SegmentChain _segments;
    private readonly SegmentSpares _spares;
    private readonly RetiredSegments _retired;
    private readonly LogUpkeep _upkeep;
    private readonly LogWriter _writer;

    internal ShardLog(IDisk disk, LogClock clock, Committer committer, ShardLogOptions options, OpenedShard opened)
    {
        _clock = clock;
        _committer = committer;
        _positions = new LogPositions(opened.Last);
        _checkpoints = new LogCheckpoints(opened.Checkpoints);
        _queue = new AppendQueue(clock, _positions, _checkpoints, options, opened);
        _segments = new SegmentChain(
            opened.Segments,
            new ActiveSegment(
                disk,
                clock,
                opened.Segments[^1],
                opened.ActiveFile,
                opened.ActivePoints,
                opened.LastChecksum,
                opened.WholeState));
        _spares = new SegmentSpares(disk, options.Folder);
        _upkeep = new LogUpkeep(
            disk, clock, committer.Upkeep, _spares, () => _queue.Options, () => _segments.All);
        _retired = new RetiredSegments(disk, options.Folder, _spares, _upkeep.Failures, opened);
        _writer = new LogWriter(disk, clock, _segments, _spares, _upkeep, _queue, _checkpoints, _positions);
        Lost = opened.Lost;
        RecoveryFindings = [.. opened.Findings, .. _spares.Findings];
        WasClosed = opened.WasClosed;
    }

    /// <summary>What opening found damaged or cut, one line a finding.</summary>
    public IReadOnlyList<string> RecoveryFindings { get; }

    /// <summary>
    /// Whether the log had been closed before it was opened; if not, records that a relaxed durability had acknowledged
    /// may be missing, and their numbers are given to others.
    /// </summary>
    public bool WasClosed { get; }

    /// <summary>
    /// The settings; retention, durability and the size of the next segment may be replaced while it runs.
    /// </summary>
    public ShardLogOptions Options
    {
        get => _queue.Options;
        set
        {
            _queue.Options = value;

            // What is written and not synced yet may be due now, and no append may come.
            _committer.Signal(_writer);
        }
    }

    /// <summary>Where its records get their times from, and what is known to be wrong with these.</summary>
    public LogClock Clock => _clock;

    /// <summary>The newest record that has a sequence number; it may only lie in memory.</summary>
    public SequenceNumber AppendedSequence => _queue.Appended;

    /// <summary>The newest record that readers see: the newest acknowledged one.</summary>
    public SequenceNumber NewestSequence => _positions.Visible;

    /// <summary>The newest record that the device has.</summary>
    public SequenceNumber DurableSequence => _positions.Durable;

    /// <summary>
    /// How long the oldest record that the device may not have has been visible: what a power cut takes now, at most.
    /// </summary>
    /// <remarks>
    /// Some milliseconds at most with <c>fsync</c>, hardly more than the interval with <c>interval:&lt;ms&gt;</c>. With
    /// <c>os</c> it grows until the segment is full: the log does not know what the kernel has written by itself.
    /// </remarks>
    public TimeSpan UnsyncedAge => _writer.UnsyncedSince is { } since
        ? TimeSpan.FromMicroseconds(Math.Max(0, _clock.MonotonicMicroseconds - since))
        : TimeSpan.Zero;

    /// <summary>The oldest record that is kept; one past the newest where there is none.</summary>
    public SequenceNumber OldestSequence => Segments[0].FirstSequence;

    /// <summary>Records found damaged, when the log was opened or by a reader since; each counts once.</summary>
    public long LostRecords => Lost.Count;

    /// <summary>How many of <see cref="LostRecords"/> are older than a record.</summary>
    public long CountLostBefore(SequenceNumber sequence) => Lost.CountBefore(sequence);

    /// <summary>Bytes of keys and values that were appended since the log was opened.</summary>
    public long PayloadBytes => _queue.PayloadBytes;

    /// <summary>
    /// Bytes that the segment files take on disk, with the spares, a compressed file in the making, what was evicted
    /// and cannot be removed, and what was set aside.
    /// </summary>
    public long SizeBytes => KeptBytes + _upkeep.PackingBytes + _retired.SizeBytes + SetAside.SizeBytes;

    /// <summary>Files that openings have set aside as damaged; about a minute old.</summary>
    public SetAsideFiles SetAside => _upkeep.SetAside;

    /// <summary>Of these, the bytes of files that wait to become segments.</summary>
    public long SpareBytes => _spares.SizeBytes;

    /// <summary>Bytes of log that are in use: sealed segments, and the active one up to its end.</summary>
    public long UsedBytes => LogExtent.UsedBytes(Segments);

    /// <summary>Bytes of sealed segments that a consumer protects, and of those that may be evicted.</summary>
    public (long Protected, long Evictable) SealedBytes => Retention.SealedBytes(this);

    /// <summary>Records evicted since the log was opened, by reason.</summary>
    public EvictionCounts Evictions => _segments.Evictions;

    /// <summary>The first error of a write or sync; null while all is well.</summary>
    public Exception? Failure => _positions.Failure;

    /// <summary>
    /// Whether an append was refused for want of room on the disk, and there has been none since. Smaller records may
    /// still find room in the active segment.
    /// </summary>
    public bool IsDiskFull => _queue.IsRefusing;

    /// <summary>
    /// Whether the next segment was due and there was no room for it. Appends are accepted while the active one has
    /// room.
    /// </summary>
    public bool LacksNextSegment => _queue.IsDiskFull;

    /// <summary>What the background check of the sealed segments has done.</summary>
    public ScrubStatus Scrub => _upkeep.Scrub;

    /// <summary>
    /// Which background work failed when it was last tried, at most one of each kind; the log itself goes on.
    /// </summary>
    public IReadOnlyList<UpkeepFailure> UpkeepFailures => _upkeep.Failures.Current;

    /// <summary>How often background work began to fail, or failed for another reason, since the log was opened.
    /// </summary>
    public long UpkeepFailureCount => _upkeep.Failures.Count;

    /// <summary>Bytes that the segment files and the spares take on disk: what the log's own limit is about.</summary>
    /// <remarks>Evicting more makes up for nothing that cannot be removed.</remarks>
    public long KeptBytes => _spares.SizeBytesWith(() => LogExtent.SizeBytes(Segments));

    /// <summary>Adds how many segments need which key to what other logs need.</summary>
    public void AddKeyUse(IList<LogKeyUse> uses)
    {
        foreach (var segment in Segments)
        {
            LogKeyUse.Add(uses, segment);
        }
    }

    internal ImmutableArray<Segment> Segments => _segments.All;

    /// <summary>The work on this log that nobody waits for.</summary>
    internal LogUpkeep Upkeep => _upkeep;

    /// <summary>The committer's work on this log.</summary>
    internal LogWriter Writer => _writer;

    /// <summary>
    /// Gives a record its place. The bytes are copied; <see cref="WhenAcknowledged"/> tells when they are safe.
    /// </summary>
    /// <remarks>
    /// Allocates nothing once the buffers have grown to the load. On any other result nothing has changed.
    /// Nobody needs to wait for the record to be written: without a waiter it is within about a millisecond.
    /// </remarks>
    public AppendStatus TryAppend(
        ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, Timestamp? eventTime, out SequenceNumber sequence)
    {
        var status = _queue.TryAppend(key, value, eventTime, out sequence, out var mustSignal);
        if (mustSignal)
        {
            _committer.Signal(_writer);
        }

        return status;
    }

    /// <summary>
    /// Gives the records of a batch one range of sequence numbers and sets its checkpoints: all of it or nothing, also
    /// over a power cut.
    /// </summary>
    /// <remarks>
    /// Acknowledged together; readers see all of its records or none. <see cref="AppendStatus.TooLarge"/> also says
    /// that the batch does not fit into half a segment, or that all checkpoints together would grow and take more than
    /// 64 KiB or an eighth of a segment.
    /// </remarks>
    /// <param name="batch">The records, at least one, and checkpoints; unchanged.</param>
    /// <param name="first">The first record's number; the others follow without a gap.</param>
    /// <exception cref="ArgumentException">The batch has no record: nothing could be waited for.</exception>
    public AppendStatus TryAppend(AppendBatch batch, out SequenceNumber first)
    {
        if (batch.RecordCount == 0)
        {
            throw new ArgumentException("A batch has at least one record; this one is empty.", nameof(batch));
        }

        var status = _queue.TryAppend(batch, out first, out var mustSignal);
        if (mustSignal)
        {
            _committer.Signal(_writer);
        }

        return status;
    }

    /// <summary>The newest value of a checkpoint; false if there is none under this name.</summary>
    /// <remarks>It is as durable as the records of the batch that set it, and outlives them.</remarks>
    public bool TryGetCheckpoint(string name, out ReadOnlyMemory<byte> value) => _checkpoints.TryGet(name, out value);

    /// <summary>A copy of all checkpoints, by name.</summary>
    public IReadOnlyList<LogCheckpoint> Checkpoints => [.. _checkpoints.Snapshot().Checkpoints];

    /// <summary>
    /// Completes when a record that was accepted is as safe as the durability promises.
    /// </summary>
    /// <exception cref="IOException">
    /// The write or sync failed; the record may or may not be found after the next opening.
    /// </exception>
    public Task WhenAcknowledged(SequenceNumber sequence) => AcknowledgementOf(sequence, isOnCommitter: false);

    /// <summary>
    /// The same, but what waits goes on upon the committer's thread: two threads less are woken for each commit.
    /// </summary>
    /// <remarks>
    /// Nothing is committed meanwhile, of no log: only for who hands on at once, in a microsecond, and neither locks
    /// nor throws.
    /// </remarks>
    /// <exception cref="IOException">As for <see cref="WhenAcknowledged(SequenceNumber)"/>.</exception>
    public Task WhenAcknowledgedOnCommitter(SequenceNumber sequence) =>
        AcknowledgementOf(sequence, isOnCommitter: true);

    /// <summary>Completes when the device has a record, whatever the durability promises.</summary>
    /// <remarks>It may take for ever unless the durability is <see cref="Durability.Fsync"/>.</remarks>
    /// <exception cref="IOException">The write or sync failed.</exception>
    public Task WhenDurable(SequenceNumber sequence) => _positions.WhenDurable(sequence);

    /// <summary>Completes when an append that was <see cref="AppendStatus.Busy"/> is worth trying again.</summary>
    public Task WhenRoom() => _queue.WhenRoom();

    /// <summary>Completes when a record at or after this position is visible. Every waiter shares one task.</summary>
    /// <exception cref="OperationCanceledException">The log was closed.</exception>
    public Task WhenVisible(SequenceNumber sequence) => _positions.WhenVisible(sequence);

    /// <summary>Whether appends are refused as <see cref="AppendStatus.Sealed"/>.</summary>
    public bool IsSealed => _queue.IsSealed;

    /// <summary>
    /// Refuses appends from now on, and completes when the device has every record that was accepted before.
    /// </summary>
    /// <remarks>
    /// Whatever the durability says: it counts as <see cref="Durability.Fsync"/> from now on. Being sealed is not kept
    /// on disk: the owner knows it, and says it again after the next opening.
    /// </remarks>
    /// <returns>The newest record.</returns>
    /// <exception cref="IOException">The write or sync failed.</exception>
    public async Task<SequenceNumber> SealAsync(CancellationToken cancellationToken = default)
    {
        var newest = SealAtOnce();
        Options = Options with { Durability = Durability.Fsync };
        await _positions.WhenDurable(newest).WaitAsync(cancellationToken).ConfigureAwait(false);
        return newest;
    }

    /// <summary>Refuses appends from now on; returns the newest record that was accepted.</summary>
    public SequenceNumber SealAtOnce() => _queue.Seal(isSealed: true);

    /// <summary>Takes appends again, after a sealing whose purpose came to nothing.</summary>
    public void Unseal() => _queue.Seal(isSealed: false);

    /// <summary>
    /// Says that no record will ever follow: <see cref="WhenVisible"/> completes at once from now on.
    /// </summary>
    public void EndReading() => _positions.EndReading();

    /// <summary>Opens a reader at a sequence number, or at the oldest record if that one is gone.</summary>
    public LogReader OpenReader(SequenceNumber from) => new(this, from);

    /// <summary>
    /// The first record that arrived at or after a time, by the sparse index and a short scan; one past the newest if
    /// none did.
    /// </summary>
    public SequenceNumber FindByArrivalTime(Timestamp time) => LogReader.FindByArrivalTime(this, time);

    /// <summary>
    /// About how many bytes of log lie behind a record, by the segments' sizes and an even spread within the first.
    /// </summary>
    public long BytesAfter(SequenceNumber sequence) => LogExtent.BytesAfter(Segments, NewestSequence, sequence);

    /// <summary>
    /// Evicts whole sealed segments that retention no longer keeps; returns how many records went. Call it about once
    /// a second.
    /// </summary>
    /// <remarks>
    /// Also asks for a new segment where an old one is due, tries again after the disk was full, and to remove what
    /// could not be, and looks whether somebody has taken away what was set aside.
    /// </remarks>
    public long Tick()
    {
        _retired.TryAgain();
        _upkeep.LookAside();
        var evicted = Retention.Apply(this, _clock, Options);
        var active = _segments.Active.Segment;
        var isDue = LacksNextSegment
            || active.Cipher?.KeyId != Options.Encryption?.Current?.Id
            || (IsSealed && (active.SizeBytes > Options.SegmentSizeBytes || NewestSequence >= active.FirstSequence))
            || Retention.IsDueForRoll(active, NewestSequence, _clock, Options);
        if (isDue && _queue.RequestRoll())
        {
            _committer.Signal(_writer);
        }

        return evicted;
    }

    /// <summary>Removes the oldest sealed segment; false where there is none or a consumer protects it, or where so
    /// many files of evicted ones cannot be removed that nothing more is evicted.</summary>
    public bool TryEvictOldest(EvictionReason reason) => Retention.TryEvictOldest(this, reason);

    /// <summary>
    /// Removes the sealed segments whose records all lie before a position, protected or not; returns how many records
    /// went.
    /// </summary>
    /// <remarks>
    /// A file that cannot be removed counts on in <see cref="SizeBytes"/> and is tried again with each
    /// <see cref="Tick"/>; <see cref="UpkeepFailures"/> tells. While several cannot be, nothing more is evicted.
    /// </remarks>
    public long EvictBefore(SequenceNumber sequence, EvictionReason reason = EvictionReason.Superseded) =>
        _segments.EvictBefore(
            sequence,
            reason,
            () => !_retired.MustWait,
            (segment, next) => _retired.Retire(segment, next, Options.SegmentSizeBytes, Options.SpareSegmentsMax));

    /// <summary>Deletes the files that wait to become segments; returns the bytes that were given back.</summary>
    /// <remarks>One that cannot be deleted gives nothing, and <see cref="UpkeepFailures"/> tells.</remarks>
    public long ReleaseSpares() => _retired.ReleaseSpares();

    /// <summary>Whether segments may be evicted: not while too many that were cannot be removed.</summary>
    internal bool MayEvict => !_retired.MustWait;

    /// <summary>Which records were found damaged.</summary>
    internal LostRecords Lost { get; }

    /// <summary>The segment that is being written.</summary>
    internal ActiveSegment ActiveSegment => _segments.Active;

    private Task AcknowledgementOf(SequenceNumber sequence, bool isOnCommitter)
    {
        var acknowledged = _positions.WhenAcknowledged(sequence, isOnCommitter);
        if (!acknowledged.IsCompleted && _queue.Hurry())
        {
            _committer.Signal(_writer);
        }

        return acknowledged;
    }
}
