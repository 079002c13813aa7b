using System.Globalization;
using EdgeStream.Testing;

namespace EdgeStream.Benchmarks.Soak;

/// <summary>
/// <c>soak --operations N --seed S</c>: the model test of the log for as long as somebody wants, life after life.
/// </summary>
internal static class SoakCommand
{
    /// <summary>The command's name.</summary>
    internal const string Name = "soak";

    private const int OperationsPerLife = 5000;
    private const int LivesPerLine = 20;
    private const long OperationsDefault = 1_000_000;

    /// <summary>Runs it; false when a log broke a promise, whose seed is printed.</summary>
    /// <returns>Null when the arguments are wrong.</returns>
    internal static bool? Run(ReadOnlySpan<string> arguments)
    {
        var operations = OperationsDefault;
        var firstSeed = Random.Shared.Next();
        for (; arguments.Length >= 2; arguments = arguments[2..])
        {
            if (!long.TryParse(arguments[1], NumberStyles.None, CultureInfo.InvariantCulture, out var value))
            {
                return null;
            }

            switch (arguments[0])
            {
                case "--operations":
                    operations = value;
                    break;
                case "--seed" when value <= int.MaxValue:
                    firstSeed = (int)value;
                    break;
                default:
                    return null;
            }
        }

        return arguments.IsEmpty ? RunLives(operations, firstSeed) : null;
    }

    private static bool RunLives(long operations, int firstSeed)
    {
        Console.WriteLine($"{operations} operations from seed {firstSeed}, {OperationsPerLife} with each seed");
        var counts = new SortedDictionary<string, long>(StringComparer.Ordinal);
        var started = TimeProvider.System.GetTimestamp();
        var seed = firstSeed;
        for (long done = 0; done < operations; seed++)
        {
            var count = (int)Math.Min(OperationsPerLife, operations - done);
            if (!Survives(seed, count, counts))
            {
                return false;
            }

            done += count;
            if ((seed - firstSeed + 1) % LivesPerLine == 0 || done == operations)
            {
                var seconds = TimeProvider.System.GetElapsedTime(started).TotalSeconds;
                Console.WriteLine($"{done} operations, {seed - firstSeed + 1} seeds, {seconds:0} s");
            }
        }

        Console.WriteLine(string.Join(", ", counts.Select(count => $"{count.Key} {count.Value}")));
        return true;
    }

    private static bool Survives(int seed, int operations, SortedDictionary<string, long> counts)
    {
        var random = new Random(seed);
        var life = new LogModelRun(random, LogModelOptions.InCompany(random));
        try
        {
            life.Run(operations);
        }
        catch (LogModelException broken)
        {
            Console.WriteLine($"BROKEN with --seed {seed} --operations {operations}: {broken.Message}");
            return false;
        }

        foreach (var (name, count) in life.Counts)
        {
            counts[name] = counts.GetValueOrDefault(name) + count;
        }

        return true;
    }
}
