using System.Security.Cryptography;
using EdgeStream.Storage;

namespace EdgeStream.Analytics;

/// <summary>What people decide about alerts: silences and acknowledgements, durable in the gateway's state.</summary>
/// <remarks>
/// Thread-safe. What a call reports as done is durable. Keys of the state: <c>alerting/silences/&lt;id&gt;</c> and
/// <c>alerting/acknowledged/&lt;alert id&gt;</c>, as <see cref="DeskJson"/> writes them. Bounds: 1,000 silences, 10,000
/// acknowledgements. Silences end by the wall clock: on a machine whose clock begins in 1970, those that were made
/// before the start count until the clock is set.
/// </remarks>
public sealed class AlertDesk
{
    /// <summary>How many silences there may be at a time.</summary>
    public const int SilencesMax = 1_000;

    /// <summary>How many alerts may be acknowledged at a time.</summary>
    public const int AcknowledgementsMax = 10_000;

    /// <summary>How many characters of a comment, a name or a pattern are kept.</summary>
    public const int TextLengthMax = 1_024;

    private const string SilencePrefix = "alerting/silences/";
    private const string AcknowledgedPrefix = "alerting/acknowledged/";
    private const int IdDigits = 16;

    private readonly StateStore _state;
    private readonly TimeProvider _time;
    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _turn = new(1);
    private Dictionary<string, Silence> _silences = new(StringComparer.Ordinal);
    private Dictionary<string, Acknowledgement> _acknowledged = new(StringComparer.Ordinal);
    private TaskCompletionSource _change = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Takes up what the state holds.</summary>
    public AlertDesk(StateStore state, TimeProvider time)
    {
        _state = state;
        _time = time;
        foreach (var (_, value) in state.List(SilencePrefix))
        {
            if (DeskJson.ReadSilence(value) is { } silence)
            {
                _silences[silence.Id] = silence;
            }
        }

        foreach (var (key, value) in state.List(AcknowledgedPrefix))
        {
            var id = key[AcknowledgedPrefix.Length..];
            if (DeskJson.ReadAcknowledgement(id, value) is { } acknowledgement)
            {
                _acknowledged[id] = acknowledgement;
            }
        }
    }

    /// <summary>The silences that count now, the one that ends first first.</summary>
    public IReadOnlyList<Silence> Silences
    {
        get
        {
            var now = Now;
            return [.. Volatile.Read(ref _silences).Values
                .Where(silence => silence.Until > now)
                .OrderBy(silence => silence.Until.UnixMicroseconds)
                .ThenBy(silence => silence.Id, StringComparer.Ordinal)];
        }
    }

    /// <summary>How many alerts are acknowledged.</summary>
    public int AcknowledgedCount => Volatile.Read(ref _acknowledged).Count;

    private Timestamp Now => Timestamp.From(_time.GetUtcNow());

    /// <summary>The silence that an alert is under, the one that ends last; null if there is none.</summary>
    public Silence? FindSilence(Alert alert)
    {
        var now = Now;
        Silence? longest = null;
        foreach (var (_, silence) in Volatile.Read(ref _silences))
        {
            if (silence.Until > now && (longest is null || silence.Until > longest.Until) && silence.Matches(alert))
            {
                longest = silence;
            }
        }

        return longest;
    }

    /// <summary>Who has acknowledged an alert; null if nobody has.</summary>
    public Acknowledgement? FindAcknowledgement(string alertId) =>
        Volatile.Read(ref _acknowledged).GetValueOrDefault(alertId);

    /// <summary>Completes when anything changes; a silence that ends by itself is no change.</summary>
    public Task WhenChanged()
    {
        lock (_gate)
        {
            return _change.Task;
        }
    }

    /// <summary>Makes a silence; it counts when this completes.</summary>
    /// <param name="draft">What it matches, until when, who and why; its id and beginning are set here.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <exception cref="ArgumentException">It matches everything, is over already, or there are too many.</exception>
    /// <exception cref="IOException">The state's log refused it: there is none.</exception>
    public async ValueTask<Silence> SilenceAsync(Silence draft, CancellationToken cancellationToken = default)
    {
        var silence = draft with
        {
            Id = RandomNumberGenerator.GetHexString(IdDigits, lowercase: true),
            CreatedAt = Now,
            By = Cut(draft.By),
            Comment = Cut(draft.Comment),
        };
        Check(silence);
        await _turn.WaitAsync(cancellationToken);
        try
        {
            var now = Now;
            var batch = new StateBatch().Put(SilencePrefix + silence.Id, DeskJson.ToBytes(silence));
            var next = new Dictionary<string, Silence>(StringComparer.Ordinal);
            foreach (var (id, other) in _silences)
            {
                if (other.Until > now)
                {
                    next.Add(id, other);
                }
                else
                {
                    batch.Delete(SilencePrefix + id);
                }
            }

            if (next.Count >= SilencesMax)
            {
                throw new ArgumentException($"There are {SilencesMax} silences already; end one first.");
            }

            next.Add(silence.Id, silence);
            await _state.CommitAsync(batch, cancellationToken);
            Volatile.Write(ref _silences, next);
        }
        finally
        {
            _turn.Release();
        }

        SayChanged();
        return silence;
    }

    /// <summary>Ends a silence; false if there is none of that id.</summary>
    /// <exception cref="IOException">The state's log refused it: the silence goes on.</exception>
    public async ValueTask<bool> EndSilenceAsync(string id, CancellationToken cancellationToken = default)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            if (!_silences.ContainsKey(id))
            {
                return false;
            }

            await _state.CommitAsync(new StateBatch().Delete(SilencePrefix + id), cancellationToken);
            var next = new Dictionary<string, Silence>(_silences, StringComparer.Ordinal);
            next.Remove(id);
            Volatile.Write(ref _silences, next);
        }
        finally
        {
            _turn.Release();
        }

        SayChanged();
        return true;
    }

    /// <summary>Notes that somebody takes care of an alert; an earlier note is replaced.</summary>
    /// <exception cref="ArgumentException">Too many alerts are acknowledged.</exception>
    /// <exception cref="IOException">The state's log refused it: nothing is noted.</exception>
    public async ValueTask<Acknowledgement> AcknowledgeAsync(
        string alertId, string by, string comment, CancellationToken cancellationToken = default)
    {
        var acknowledgement = new Acknowledgement(alertId, Now, Cut(by), Cut(comment));
        await _turn.WaitAsync(cancellationToken);
        try
        {
            if (_acknowledged.Count >= AcknowledgementsMax && !_acknowledged.ContainsKey(alertId))
            {
                throw new ArgumentException($"{AcknowledgementsMax} alerts are acknowledged already.");
            }

            await _state.CommitAsync(
                new StateBatch().Put(AcknowledgedPrefix + alertId, DeskJson.ToBytes(acknowledgement)),
                cancellationToken);
            Volatile.Write(ref _acknowledged, new Dictionary<string, Acknowledgement>(
                _acknowledged, StringComparer.Ordinal) { [alertId] = acknowledgement });
        }
        finally
        {
            _turn.Release();
        }

        SayChanged();
        return acknowledgement;
    }

    /// <summary>Takes an acknowledgement back, or forgets it since the alert is over; false if there was
    /// none.</summary>
    /// <exception cref="IOException">The state's log refused it: it stays.</exception>
    public ValueTask<bool> ForgetAsync(string alertId, CancellationToken cancellationToken = default) =>
        ForgetAsync(id => id == alertId, cancellationToken);

    /// <summary>Forgets the acknowledgements of alerts that no longer fire.</summary>
    /// <exception cref="IOException">The state's log refused it: they stay.</exception>
    public async ValueTask KeepAsync(IReadOnlySet<string> firing, CancellationToken cancellationToken = default) =>
        await ForgetAsync(id => !firing.Contains(id), cancellationToken);

    private async ValueTask<bool> ForgetAsync(Func<string, bool> isOver, CancellationToken cancellationToken)
    {
        if (!Volatile.Read(ref _acknowledged).Keys.Any(isOver))
        {
            return false;
        }

        await _turn.WaitAsync(cancellationToken);
        try
        {
            var batch = new StateBatch();
            var next = new Dictionary<string, Acknowledgement>(StringComparer.Ordinal);
            foreach (var (id, acknowledgement) in _acknowledged)
            {
                if (isOver(id))
                {
                    batch.Delete(AcknowledgedPrefix + id);
                }
                else
                {
                    next.Add(id, acknowledgement);
                }
            }

            await _state.CommitAsync(batch, cancellationToken);
            Volatile.Write(ref _acknowledged, next);
        }
        finally
        {
            _turn.Release();
        }

        SayChanged();
        return true;
    }

    private static void Check(Silence silence)
    {
        if (silence is { Rule: null, Key: null, Severity: null, Labels.Count: 0 })
        {
            throw new ArgumentException("A silence says what it is about: a rule, a key, a severity or labels.");
        }

        if (silence.Until <= silence.CreatedAt)
        {
            throw new ArgumentException($"A silence until {silence.Until} is over already: it is {silence.CreatedAt}.");
        }

        if (silence.Rule?.Length > TextLengthMax || silence.Key?.Length > TextLengthMax)
        {
            throw new ArgumentException($"A rule or key of a silence has at most {TextLengthMax} characters.");
        }

        if (silence.Labels.FindProblem() is { } problem)
        {
            throw new ArgumentException(problem);
        }
    }

    private static string Cut(string text) => text.Length <= TextLengthMax ? text : text[..TextLengthMax];

    private void SayChanged()
    {
        TaskCompletionSource changed;
        lock (_gate)
        {
            changed = _change;
            _change = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        changed.TrySetResult();
    }
}
