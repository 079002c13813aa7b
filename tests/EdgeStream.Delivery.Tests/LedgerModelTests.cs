using System.Text.Json;
using EdgeStream.Testing;

namespace EdgeStream.Delivery.Tests;

/// <summary>
/// A destination with random answers, record by record, and kills at random points: in an answer, between two, while
/// something is put aside. Records are plain and aggregated, small and too large to be many in a batch; retention takes
/// what waits too long; in some lives what is new goes first. At the end a model knows of every record what became of
/// it.
/// </summary>
/// <remarks>A record: one user record, or all of an aggregated one. Invariants: each is at the destination, or in the
/// error stream with its bytes, once, or evicted; what is counted is that, hour by hour, after each kill,
/// too.</remarks>
public class LedgerModelTests
{
    private const int Lives = 10;

    public static TheoryData<int> Seeds() => [.. TestSeed.Take(6)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task Every_record_is_delivered_or_rejected_with_its_bytes_or_counted_as_evicted(int seed)
    {
        var random = new Random(seed);
        await using var stage = await OpenAsync(random);
        var model = new Model(random, stage);
        try
        {
            for (var life = 0; life < Lives; life++)
            {
                await model.LiveAsync();
            }

            await model.EndAsync();
        }
        catch (Exception error)
        {
            throw new InvalidOperationException(TestSeed.Describe(seed, error.Message), error);
        }
    }

    private static Task<DeliveryStage> OpenAsync(Random random) => RejectionEdgeTests.OpenAsync(
        definition => definition with
        {
            ErrorPrefix = random.Next(2) == 0 ? "!{firehose:error-output-type}/" : null,
            BufferBytes = random.Next(2) == 0 ? 4 << 10 : 64 << 10,
            BufferSeconds = 1,
            Protect = false,
        },
        random.Next(2) == 0 ? 192 << 10 : null);

    /// <summary>What the log was given, what the destination was asked, and what it said.</summary>
    private sealed class Model(Random random, DeliveryStage stage)
    {
        private readonly Lock _gate = new();
        private readonly Random _answers = new(random.Next());

        /// <summary>Of each record its user records, and the data of each; one without places is plain.</summary>
        private readonly List<string[]> _data = [];
        private readonly List<bool> _isAggregated = [];

        /// <summary>Accepted lines: how often.</summary>
        private readonly Dictionary<(long Sequence, int Place), int> _accepted = [];
        private string? _copy;
        private int _killAfter;
        private bool _isQuiet;

        private bool IsKilled => Volatile.Read(ref _copy) is not null;

        public async Task LiveAsync()
        {
            _copy = null;
            _killAfter = random.Next(3, 150);
            stage.Definition = stage.Definition with { LiveFirst = random.Next(2) == 0 };
            var isAway = random.Next(4) == 0;
            stage.Destination.Answer = _ => isAway || Strike() ? SendResult.Retryable("away") : SendResult.Accepted;
            stage.Destination.Stored = _ => Strike();
            stage.Destination.AnswerRecord = Answer;
            await stage.StartAsync();
            for (var i = random.Next(40, 150); i > 0; i--)
            {
                await AppendAsync();
            }

            stage.Store.Tick();
            stage.Time.Advance(TimeSpan.FromMinutes(random.Next(100)));
            if (!isAway)
            {
                await stage.AdvanceUntilAsync(() => IsKilled || stage.Status.BacklogRecords == 0);
            }

            AssertAddsUp();
            stage.Destination.Stored = static _ => { };
            await stage.ReopenAsync(_copy ?? stage.CopyOfFolder());

            // What was appended to the folder that was copied is not in the copy.
            var kept = (int)stage.Stream.Shards[0].NewestSequence.Value;
            _data.RemoveRange(kept, _data.Count - kept);
            _isAggregated.RemoveRange(kept, _isAggregated.Count - kept);
            AssertAddsUp();
        }

        public async Task EndAsync()
        {
            _copy = null;
            _isQuiet = true;
            stage.Destination.Answer = static _ => SendResult.Accepted;
            await stage.StartAsync();
            await stage.AdvanceUntilAsync(() => stage.Status.BacklogRecords == 0);
            AssertAddsUp();
            AssertIsTheModels();
        }

        /// <summary>One step of the destination; true when the process is dead.</summary>
        private bool Strike()
        {
            if (!_isQuiet && _copy is null && --_killAfter == 0)
            {
                Volatile.Write(ref _copy, stage.CopyOfFolder());
            }

            return _copy is not null;
        }

        private RecordAnswer Answer(DeliveredLine line)
        {
            lock (_gate)
            {
                if (Strike())
                {
                    return RecordAnswer.Away;
                }

                var place = PlaceOf(line.Json, "subSequence");
                var answer = IsRefused(line.Sequence, place) ? RecordAnswer.Refuse
                    : _isQuiet ? RecordAnswer.Accept
                    : _answers.Next(60) switch
                    {
                        0 => RecordAnswer.Away,
                        1 => RecordAnswer.Later,
                        2 => RecordAnswer.Doubt,
                        _ => RecordAnswer.Accept,
                    };
                if (answer == RecordAnswer.Accept)
                {
                    _accepted[(line.Sequence, place)] = _accepted.GetValueOrDefault((line.Sequence, place)) + 1;
                }

                return answer;
            }
        }

        private static bool IsRefused(long sequence, int place) =>
            sequence % 1024 is > 300 and < 700 || (sequence % 16 == 0 && (place % 3 <= 0 || sequence % 32 == 0));

        private static int PlaceOf(JsonElement json, string name) =>
            json.TryGetProperty(name, out var place) ? place.GetInt32() : -1;

        private async Task AppendAsync()
        {
            var number = _data.Count + 1;
            var isAggregated = random.Next(8) == 0;
            var texts = new string[isAggregated ? random.Next(1, 400) : 1];
            for (var i = 0; i < texts.Length; i++)
            {
                texts[i] = $"{{\"number\":{number},\"place\":{i},\"padding\":\"{new string('x', random.Next(20))}\"}}";
            }

            if (isAggregated)
            {
                var aggregator = new Streams.RecordAggregator();
                for (var i = 0; i < texts.Length; i++)
                {
                    aggregator.Add($"k{i}", System.Text.Encoding.UTF8.GetBytes(texts[i]));
                }

                await stage.AppendAsync("any", aggregator.ToArray());
            }
            else
            {
                await stage.AppendAsync($"k{number % 7}", texts[0]);
            }

            _data.Add(texts);
            _isAggregated.Add(isAggregated);
        }

        private void AssertAddsUp()
        {
            var audit = Assert.Single(DeliveryAuditor.Audit(stage.Store, stage.Time));
            Assert.True(audit.AddsUp, $"{audit.Problem} {string.Join('\n', audit.Hours)}");
            Assert.Equal(_data.Count, audit.Hours.Sum(hour => hour.Appended));
        }

        private void AssertIsTheModels()
        {
            var audit = DeliveryAuditor.Audit(stage.Store, stage.Time)[0];
            var errors = ReadErrors();
            var evicted = audit.ForgottenGapRecords > 0 ? null : audit.Gaps
                .Where(gap => gap.Why == GapWhy.Evicted)
                .SelectMany(gap => Enumerable.Range((int)gap.First, (int)gap.RecordCount)).ToHashSet();
            var (delivered, rejected, gone) = (0, 0, 0);
            for (var sequence = 1; sequence <= _data.Count; sequence++)
            {
                if (errors.TryGetValue(sequence, out var places))
                {
                    rejected++;
                    AssertRejected(sequence, places);
                }
                else if (Enumerable.Range(0, _data[sequence - 1].Length).All(
                    place => _accepted.ContainsKey((sequence, _isAggregated[sequence - 1] ? place : -1)))
                    && evicted?.Contains(sequence) != true)
                {
                    delivered++;
                    Assert.False(HasRefused(sequence), $"{sequence} was refused and is not in the error stream.");
                }
                else
                {
                    gone++;
                    Assert.True(evicted?.Contains(sequence) != false, $"{sequence} is nowhere.");
                }
            }

            Assert.Equal(rejected, audit.Hours.Sum(hour => hour.Rejected));
            Assert.Equal(gone + delivered, audit.Hours.Sum(hour => hour.Evicted + hour.Delivered));
            if (evicted is not null)
            {
                Assert.Equal(gone, audit.Hours.Sum(hour => hour.Evicted));
            }
        }

        private bool HasRefused(int sequence) =>
            _isAggregated[sequence - 1]
                ? Enumerable.Range(0, _data[sequence - 1].Length).Any(place => IsRefused(sequence, place))
                : IsRefused(sequence, -1);

        /// <summary>Each refused one is there once: alone, or with the record that it came in.</summary>
        private void AssertRejected(int sequence, List<int> places)
        {
            Assert.Equal(places.Distinct(), places);
            var data = _data[sequence - 1];
            if (!_isAggregated[sequence - 1])
            {
                Assert.True(IsRefused(sequence, -1), $"{sequence} was never refused.");
                Assert.Equal([-1], places);
                return;
            }

            // Retention may take the rest of a record of which something was refused already.
            var isLeft = stage.Stream.Shards[0].OldestSequence.Value <= sequence;
            var isWhole = places.Contains(-1);
            for (var place = 0; place < data.Length; place++)
            {
                var isThere = places.Contains(place);
                Assert.True(!isThere || IsRefused(sequence, place), $"{sequence}.{place} was never refused.");
                Assert.True(
                    isThere || isWhole || !isLeft || !IsRefused(sequence, place),
                    $"{sequence}.{place} is not put aside.");
                Assert.True(
                    !isLeft || IsRefused(sequence, place) || _accepted.ContainsKey((sequence, place)),
                    $"{sequence}.{place} has not arrived.");
            }
        }

        /// <summary>The places of each record in the error stream, with bytes that are the record's.</summary>
        private Dictionary<int, List<int>> ReadErrors()
        {
            var errors = new Dictionary<int, List<int>>();
            foreach (var error in stage.Errors())
            {
                var sequence = error.GetProperty("sequenceNumber").GetInt32();
                var place = PlaceOf(error, "subSequenceNumber");
                if (!errors.TryGetValue(sequence, out var places))
                {
                    errors.Add(sequence, places = []);
                }

                places.Add(place);

                // A record may be evicted between its refusal and the restart that puts it aside.
                if (error.GetProperty("rawDataBytes").GetInt32() >= 0
                    && !(place < 0 && _isAggregated[sequence - 1]))
                {
                    Assert.Equal(
                        _data[sequence - 1][Math.Max(place, 0)],
                        System.Text.Encoding.UTF8.GetString(error.GetProperty("rawData").GetBytesFromBase64()));
                }
            }

            return errors;
        }
    }
}
