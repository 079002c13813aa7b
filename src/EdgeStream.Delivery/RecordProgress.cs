using EdgeStream.Storage;

namespace EdgeStream.Delivery;

/// <summary>What of one object a destination that takes record by record has taken and refused.</summary>
/// <remarks>
/// <para>A destination that takes objects whole leaves it alone: the object is then accepted or not. One that takes
/// records begins each line of the object in their order, sends those that <see cref="Begin"/> says are open, and tells
/// what became of each. When it answers that the object is accepted, all lines that it has begun are settled; what it
/// has not begun, since <see cref="MayBegin"/> said so, comes again in another object.</para>
/// <para>Durability: what is told is durable after <see cref="SaveAsync"/>, which <see cref="SaveIfDueAsync"/> does at
/// most once a second. After a crash what was durable is not open any more; an aggregated record is settled as a
/// whole.</para>
/// <para>Not thread-safe. Memory: 5 bytes a line.</para>
/// </remarks>
public sealed class RecordProgress
{
    /// <summary>Where there are so many rejections no further record is begun: 256.</summary>
    public const int RejectionsMax = 256;

    /// <summary>Runs of settled records that are made durable; records of those behind are sent again after a
    /// crash.</summary>
    internal const int RunsMax = 64;

    private const byte Open = 0;
    private const byte Accepted = 1;
    private const byte Refused = 2;
    private static readonly TimeSpan SaveInterval = TimeSpan.FromSeconds(1);

    private readonly List<int> _sequences = [];
    private readonly List<byte> _states = [];
    private readonly List<Rejection> _rejections = [];
    private readonly IReadOnlyList<SequenceRun> _durable;
    private readonly Func<RecordProgress, ValueTask>? _save;
    private readonly TimeProvider _time;
    private readonly long _first;

    /// <summary>Up to here something was settled before the object was made anew.</summary>
    private readonly long _durableThrough;
    private readonly int _durableRejections;
    private readonly IReadOnlyList<SequenceRun> _there;
    private bool _isEnded;
    private bool _isCutShort;
    private bool _isWhole;
    private bool _isChanged;
    private long _savedAt;

    /// <summary>One that nothing keeps.</summary>
    /// <param name="canReject">Whether refused records are put aside.</param>
    public RecordProgress(bool canReject = false)
        : this(null, canReject, TimeProvider.System, null)
    {
    }

    internal RecordProgress(
        PendingExtent? pending, bool isKept, TimeProvider time, Func<RecordProgress, ValueTask>? save,
        IReadOnlyList<SequenceRun>? there = null)
    {
        _there = there ?? [];
        _first = pending?.First.Value ?? 0;
        _durable = pending?.Accepted ?? [];
        _rejections.AddRange(pending?.Rejections ?? []);
        _time = time;
        _save = save;
        _savedAt = time.GetTimestamp();
        CanReject = isKept;
        _durableRejections = _rejections.Count;
        _durableThrough = _durable.Count > 0 ? _durable[^1].Last : 0;
        foreach (var rejection in _rejections)
        {
            _durableThrough = Math.Max(_durableThrough, rejection.Sequence);
        }
    }

    /// <summary>Whether a refused record can be put aside: if not, its destination holds it and those behind it
    /// up.</summary>
    public bool CanReject { get; }

    /// <summary>Whether its records may have been sent before as those of another object, or before a crash.</summary>
    internal bool MayBeThere { get; set; }

    /// <summary>Lines that may have been sent, those before the last of them included.</summary>
    internal int SentLines { get; set; }

    /// <summary>Whether a destination has used it.</summary>
    internal bool IsUsed => _sequences.Count > 0;

    /// <summary>Whether anything of the object is settled, a line alone included: it must not be given up
    /// then.</summary>
    internal bool HasSettled
    {
        get
        {
            var hasSettled = _rejections.Count > 0 || _durable.Count > 0;
            foreach (var state in _states)
            {
                hasSettled |= state != Open;
            }

            return hasSettled;
        }
    }

    /// <summary>Whether the destination has taken a line of the object.</summary>
    internal bool HasAccepted { get; private set; }

    /// <summary>How often the object has been sent, the attempt under way included.</summary>
    internal int Attempts { get; set; }

    /// <summary>What is rejected, in the order of the lines but for those of a later attempt.</summary>
    internal IReadOnlyList<Rejection> Rejections => _rejections;

    /// <summary>Whether a record may be begun, or its next line: not while many are rejected.</summary>
    /// <remarks>Behind a record that may not be begun there is none that may; one that was settled before a crash, and
    /// what stands before it, always may.</remarks>
    public bool MayBegin(long sequence)
    {
        var isRoom = _rejections.Count < RejectionsMax || sequence <= _durableThrough || _sequences.Count == 0
            || _sequences[^1] + _first >= sequence;
        _isEnded |= !isRoom;
        _isCutShort |= !isRoom;
        return isRoom;
    }

    /// <summary>Begins a line; lines are begun in their order, again with each attempt.</summary>
    /// <param name="line">The line, from 0.</param>
    /// <param name="sequence">Its record's sequence number.</param>
    /// <param name="subSequence">Its place in an aggregated record.</param>
    /// <returns>Whether it is open.</returns>
    public bool Begin(int line, long sequence, int? subSequence)
    {
        if (line < _states.Count)
        {
            return _states[line] == Open;
        }

        _isEnded = false;
        _sequences.Add(checked((int)(sequence - _first)));
        _states.Add(StateOf(sequence, subSequence));
        HasAccepted |= _states[line] == Accepted;
        return _states[line] == Open;
    }

    /// <summary>Whether a line was begun and is open no more.</summary>
    public bool IsSettled(int line) => line < _states.Count && _states[line] != Open;

    /// <summary>The object has no more lines than were begun, and those that <see cref="MayBegin"/> kept from
    /// it.</summary>
    public void End()
    {
        _isEnded = true;
        _isWhole = !_isCutShort;
    }

    /// <summary>How often a line was settled.</summary>
    internal long Settlements { get; private set; }

    /// <summary>A line's record is at the destination.</summary>
    public void Accept(int line)
    {
        Settlements++;
        _states[line] = Accepted;
        HasAccepted = true;
        _isChanged = true;
    }

    /// <summary>A line's record will never be at the destination.</summary>
    /// <remarks>Where there are <see cref="RejectionsMax"/> already, further lines of an aggregated record are put
    /// aside together: as the record that they came in, once.</remarks>
    public void Reject(int line, int? subSequence, RejectionReason reason, string code, string message)
    {
        if (!CanReject)
        {
            throw new InvalidOperationException("A refused record of this delivery cannot be put aside.");
        }

        Settlements++;
        _states[line] = Refused;
        _isChanged = true;
        var sequence = _first + _sequences[line];
        if (subSequence is null || _rejections.Count < RejectionsMax)
        {
            Add(sequence, subSequence, RejectionCause.Of(reason, code, message));
        }
        else if (!IsRejectedWhole(sequence))
        {
            Add(sequence, null, RejectionCause.Of(reason, code, message));
        }
    }

    /// <summary>Makes what was told durable, if that was not done within the last second.</summary>
    public ValueTask SaveIfDueAsync() =>
        _isChanged && _time.GetElapsedTime(_savedAt) >= SaveInterval ? SaveAsync() : ValueTask.CompletedTask;

    /// <summary>Makes what was told durable.</summary>
    public async ValueTask SaveAsync()
    {
        _savedAt = _time.GetTimestamp();
        if (_isChanged && _save is not null)
        {
            await _save(this);
            _isChanged = false;
        }
    }

    /// <summary>Rejects the only record of an object that was refused as a whole.</summary>
    internal void RejectWhole(long sequence, RejectionCause cause)
    {
        _isChanged = true;
        for (var i = 0; i < _states.Count; i++)
        {
            _states[i] = Refused;
        }

        End();
        Add(sequence, null, cause);
    }

    /// <summary>Rejects a record that does not stand in the object, unless it is rejected already.</summary>
    internal void RejectUnsent(long sequence, int? subSequence, RejectionCause cause)
    {
        if (StateOf(sequence, subSequence) != Refused)
        {
            _isChanged = true;
            Add(sequence, subSequence, cause);
        }
    }

    /// <summary>The last record up to which all are settled; null when the first is not.</summary>
    internal long? SettledThrough(long last) =>
        _isWhole && !_states.Contains(Open) ? last : EndOfFirst(SettledRuns());

    /// <summary>Records of which every line is settled, in order; those between them without a line count as
    /// settled.</summary>
    internal List<SequenceRun> SettledRuns()
    {
        var runs = new List<SequenceRun>();
        var wasSettled = false;
        var at = 0;
        for (var i = 0; i < _states.Count;)
        {
            var sequence = _sequences[i];
            var isSettled = true;
            for (; i < _states.Count && _sequences[i] == sequence; i++)
            {
                isSettled &= _states[i] != Open;
            }

            // Lines of the last record may be missing still.
            isSettled &= i < _states.Count || _isEnded;
            if (isSettled && wasSettled && AreThereBetween(runs[^1].Last, _first + sequence, ref at))
            {
                runs[^1] = runs[^1] with { Last = _first + sequence };
            }
            else if (isSettled)
            {
                SequenceRun.Add(runs, _first + sequence);
            }

            wasSettled = isSettled;
        }

        return runs;
    }

    /// <summary>Whether every number between is a record that the object has no line for.</summary>
    /// <param name="first">A number.</param>
    /// <param name="last">A larger one.</param>
    /// <param name="at">The run that is looked at first; both numbers only grow.</param>
    private bool AreThereBetween(long first, long last, ref int at)
    {
        while (at < _there.Count && _there[at].Last < last)
        {
            at++;
        }

        return at < _there.Count && _there[at].First <= first;
    }

    /// <summary>Of numbers that follow one another in the object, with those that are missing there between.</summary>
    private long? EndOfFirst(List<SequenceRun> runs)
    {
        var at = 0;
        long? end = null;
        for (var i = 0; i < _sequences.Count; i++)
        {
            var sequence = _first + _sequences[i];
            while (at < runs.Count && runs[at].Last < sequence)
            {
                at++;
            }

            if (at == runs.Count || runs[at].First > sequence)
            {
                break;
            }

            end = sequence;
        }

        return end;
    }

    private void Add(long sequence, int? subSequence, RejectionCause cause) =>
        _rejections.Add(new Rejection(
            sequence, subSequence, Bounded(cause), Attempts, Timestamp.From(_time.GetUtcNow())));

    /// <summary>A cause that is there already where there is the same, or where there are many: the ledger holds each
    /// message.</summary>
    private RejectionCause Bounded(RejectionCause cause)
    {
        RejectionCause? similar = null;
        foreach (var rejection in _rejections)
        {
            if (rejection.Cause == cause)
            {
                return rejection.Cause;
            }

            if (similar is null && rejection.Cause.Reason == cause.Reason && rejection.Cause.Code == cause.Code)
            {
                similar = rejection.Cause;
            }
        }

        return _rejections.Count < RejectionsMax ? cause : similar ?? cause with { Message = "" };
    }

    private bool IsRejectedWhole(long sequence)
    {
        foreach (var rejection in _rejections)
        {
            if (rejection.Sequence == sequence && rejection.SubSequence is null)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>What was durable of a line: each is begun once, so only what was there before tells.</summary>
    private byte StateOf(long sequence, int? subSequence)
    {
        for (var i = 0; i < _durableRejections; i++)
        {
            if (_rejections[i].Sequence == sequence && _rejections[i].SubSequence == subSequence)
            {
                return Refused;
            }
        }

        foreach (var run in _durable)
        {
            if (sequence >= run.First && sequence <= run.Last)
            {
                return Accepted;
            }
        }

        return Open;
    }
}
