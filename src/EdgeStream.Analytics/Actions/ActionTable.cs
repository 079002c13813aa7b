using System.Text;

namespace EdgeStream.Analytics;

/// <summary>The alerts that one action is about: which fire, which it has told of, and what is to be told
/// next.</summary>
/// <remarks>
/// A function of the alerts that it is given, of the desk and of the clocks: no disk, no waiting. Not thread-safe.
/// At most 1,000 alerts; beyond, the one that fired first among those told of goes, or the first of all.
/// <para>What is held back: that an alert fires, while it is silenced, acknowledged, or flaps; that it is over, while
/// it flaps. An alert that is over before it could be told of is told of as both, unless it was silenced, acknowledged
/// or flapping: then never. The end of an alert that was told of is told in any case.</para>
/// </remarks>
internal sealed class ActionTable
{
    /// <summary>How many alerts are kept.</summary>
    public const int EntriesMax = 1_000;

    /// <summary>How many alerts one notification has.</summary>
    public const int AlertsMax = 100;

    private readonly ActionDefinition _definition;
    private readonly ActionOptions _options;
    private readonly AlertDesk _desk;
    private readonly TimeProvider _time;
    private readonly FlapMemory _flaps;
    private readonly OrderedDictionary<string, ActionEntry> _entries = new(StringComparer.Ordinal);
    private readonly List<string> _removed = [];
    private long _dropped;

    public ActionTable(ActionDefinition definition, ActionOptions options, AlertDesk desk, TimeProvider time)
    {
        _definition = definition;
        _options = options;
        _desk = desk;
        _time = time;
        _flaps = new FlapMemory(options.Flapping);
    }

    private enum Want
    {
        /// <summary>Nothing is to be told now.</summary>
        Nothing,

        /// <summary>It is to be told.</summary>
        Tell,

        /// <summary>It is over and never to be told of.</summary>
        Drop,
    }

    public int Count => _entries.Count;

    public long Dropped => Interlocked.Read(ref _dropped);

    /// <summary>Whether anything differs from what is saved.</summary>
    public bool IsDirty { get; private set; }

    public IEnumerable<ActionEntry> Entries => _entries.Values;

    /// <summary>Puts back what was saved.</summary>
    public void Restore(ActionEntry entry) => _entries[entry.Firing.Id] = entry;

    /// <summary>Notes a change of before the start, for what flaps.</summary>
    public void Recall(Alert alert)
    {
        if (_definition.Takes(alert))
        {
            _flaps.Note(alert);
        }
    }

    /// <summary>Takes a change of an alert; one that is known already changes nothing.</summary>
    public void Apply(Alert alert)
    {
        if (!_definition.Takes(alert))
        {
            return;
        }

        if (alert.State == AlertState.Firing)
        {
            if (!_entries.ContainsKey(alert.Id))
            {
                _flaps.Note(alert);
                MakeRoom();
                _entries.Add(alert.Id, new ActionEntry(alert, _time.GetTimestamp()));
                IsDirty = true;
            }
        }
        else if (_entries.TryGetValue(alert.Id, out var entry) && entry.Resolved is null)
        {
            _flaps.Note(alert);
            entry.Resolved = alert;
            entry.IsDirty = true;
            IsDirty = true;
        }
    }

    /// <summary>What is to be told next of a group that may be told of now; null if nothing is.</summary>
    public DueNotification? NextDue(Predicate<string> mayTell)
    {
        DropSettled();
        foreach (var entry in _entries.Values)
        {
            if (WantOf(entry) == Want.Tell)
            {
                var labels = GroupLabelsOf(entry.Firing);
                var groupKey = GroupKeyOf(labels);
                if (mayTell(groupKey))
                {
                    return Build(labels, groupKey);
                }
            }
        }

        return null;
    }

    /// <summary>How many alerts wait to be told of.</summary>
    public int CountWaiting() => _entries.Values.Count(entry => WantOf(entry) == Want.Tell);

    /// <summary>Notes that a notification was taken, or given up.</summary>
    public void Settle(DueNotification told)
    {
        var now = NowMicroseconds;
        foreach (var entry in told.Entries)
        {
            if (entry.Resolved is not null)
            {
                Remove(entry);
            }
            else
            {
                entry.IsTold = true;
                entry.ToldAt = now;
                entry.IsDirty = true;
            }
        }

        IsDirty = true;
    }

    /// <summary>Whether an action that shows a state shows that something fires; what flaps counts until it is
    /// quiet.</summary>
    public AlertNotification Level()
    {
        var now = NowMicroseconds;
        var standing = new List<Alert>();
        foreach (var entry in _entries.Values.ToArray())
        {
            if (entry.Resolved is not null && !_flaps.IsFlapping(entry.Firing.Rule, entry.Firing.Key, now))
            {
                Remove(entry);
            }
            else if (_desk.FindSilence(entry.Firing) is null
                && !(_definition.Action.EndsWithAcknowledgement && IsAcknowledged(entry)))
            {
                standing.Add(entry.Now);
            }
        }

        return new AlertNotification
        {
            Action = _definition.Name,
            GroupKey = GroupKeyOf(LabelSet.None),
            GroupLabels = LabelSet.None,
            Changes = [],
            Alerts = [.. standing.Take(AlertsMax)],
            TruncatedAlerts = Math.Max(0, standing.Count - AlertsMax),
            IsAnyFiring = standing.Count > 0,
        };
    }

    /// <summary>When to look again though nothing has come; null if only what comes can change anything.</summary>
    public TimeSpan? LookAgainIn()
    {
        TimeSpan? least = _entries.Count == 0 ? null : TimeSpan.FromSeconds(1);
        if (_options.GroupWait > TimeSpan.Zero)
        {
            foreach (var entry in _entries.Values)
            {
                var left = _options.GroupWait - _time.GetElapsedTime(entry.SeenAt);
                if (!entry.IsTold && left > TimeSpan.Zero && left < least)
                {
                    least = left;
                }
            }
        }

        return least;
    }

    /// <summary>Reports what is to be saved: entries that are gone, then those that changed.</summary>
    public void TakeChanges(Action<ActionEntry> changed, Action<string> removed)
    {
        foreach (var entry in _entries.Values)
        {
            if (entry.IsDirty)
            {
                changed(entry);
                entry.IsDirty = false;
                entry.IsStored = true;
            }
        }

        _removed.ForEach(removed);
        _removed.Clear();
        IsDirty = false;
    }

    /// <summary>Has everything saved again: what was taken for saving could not be.</summary>
    /// <param name="removed">The entries that were gone.</param>
    public void MarkDirty(IReadOnlyList<string> removed)
    {
        _removed.AddRange(removed);
        foreach (var entry in _entries.Values)
        {
            entry.IsDirty = true;
        }

        IsDirty = true;
    }

    private long NowMicroseconds => _time.GetUtcNow().UtcTicks / TimeSpan.TicksPerMicrosecond
        - (DateTimeOffset.UnixEpoch.Ticks / TimeSpan.TicksPerMicrosecond);

    private Want WantOf(ActionEntry entry)
    {
        var now = NowMicroseconds;
        var isFlapping = _flaps.IsFlapping(entry.Firing.Rule, entry.Firing.Key, now);
        if (entry is { Resolved: not null, IsTold: true })
        {
            return isFlapping ? Want.Nothing : Want.Tell;
        }

        if (isFlapping || IsAcknowledged(entry) || _desk.FindSilence(entry.Firing) is not null)
        {
            return entry.Resolved is null ? Want.Nothing : Want.Drop;
        }

        if (entry.IsTold)
        {
            var repeat = _options.Repeat.Ticks / TimeSpan.TicksPerMicrosecond;
            return repeat > 0 && Math.Abs(now - entry.ToldAt) >= repeat ? Want.Tell : Want.Nothing;
        }

        return _time.GetElapsedTime(entry.SeenAt) >= _options.GroupWait ? Want.Tell : Want.Nothing;
    }

    private bool IsAcknowledged(ActionEntry entry) => _desk.FindAcknowledgement(entry.Firing.Id) is not null;

    private void DropSettled()
    {
        foreach (var entry in _entries.Values.ToArray())
        {
            if (entry.Resolved is not null && WantOf(entry) == Want.Drop)
            {
                Remove(entry);
            }
        }
    }

    private DueNotification Build(LabelSet labels, string groupKey)
    {
        var due = new List<ActionEntry>();
        var changes = new List<Alert>();
        var alerts = new List<Alert>();
        var more = 0;
        foreach (var entry in _entries.Values)
        {
            if (!GroupLabelsOf(entry.Firing).Equals(labels))
            {
                continue;
            }

            var isDue = WantOf(entry) == Want.Tell && due.Count < AlertsMax / 2;
            if (isDue)
            {
                due.Add(entry);
                AddChanges(changes, entry);
            }

            if (isDue || (entry.IsTold && entry.Resolved is null && alerts.Count < AlertsMax))
            {
                alerts.Add(entry.Now);
            }
            else
            {
                more += entry.IsTold ? 1 : 0;
            }
        }

        return new DueNotification(
            new AlertNotification
            {
                Action = _definition.Name,
                GroupKey = groupKey,
                GroupLabels = labels,
                Changes = changes,
                Alerts = alerts,
                TruncatedAlerts = more,
                IsAnyFiring = _entries.Values.Any(static entry => entry.Resolved is null),
            },
            due);
    }

    private static void AddChanges(List<Alert> changes, ActionEntry entry)
    {
        if (!entry.IsTold || entry.Resolved is null)
        {
            changes.Add(entry.Firing);
        }

        if (entry.Resolved is { } resolved)
        {
            changes.Add(resolved);
        }
    }

    private LabelSet GroupLabelsOf(Alert alert) =>
        new(_options.GroupBy.Select(name => KeyValuePair.Create(name, GroupTextOf(alert, name))));

    private static string GroupTextOf(Alert alert, string name) => name switch
    {
        "rule" => alert.Rule,
        "key" => alert.Key,
        "severity" => AlertJson.WordOf(alert.Severity),
        _ => alert.Labels.Find(name) ?? "",
    };

    private string GroupKeyOf(LabelSet labels)
    {
        var text = new StringBuilder(_definition.Name).Append(":{");
        for (var index = 0; index < labels.Count; index++)
        {
            text.Append(index == 0 ? "" : ",").Append(labels[index].Key).Append("=\"").Append(labels[index].Value)
                .Append('"');
        }

        return text.Append('}').ToString();
    }

    private void MakeRoom()
    {
        if (_entries.Count >= EntriesMax)
        {
            Interlocked.Increment(ref _dropped);
            Remove(_entries.Values.FirstOrDefault(static entry => entry.IsTold) ?? _entries.GetAt(0).Value);
        }
    }

    private void Remove(ActionEntry entry)
    {
        _entries.Remove(entry.Firing.Id);
        if (entry.IsStored)
        {
            _removed.Add(entry.Firing.Id);
        }

        IsDirty = true;
    }
}
