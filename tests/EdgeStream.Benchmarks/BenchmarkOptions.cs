using System.Globalization;

namespace EdgeStream.Benchmarks;

/// <summary>What the command line asks of an area.</summary>
/// <param name="IsQuick">Whether the area must end within 60 seconds.</param>
/// <param name="Seed">The seed of everything random.</param>
/// <param name="Rounds">How many rounds; null leaves it to the area.</param>
/// <param name="DataFolder">Where recordings are that are not in the repository.</param>
/// <param name="Detector">The detector of the nab area: default or rcf.</param>
internal sealed record BenchmarkOptions(
    bool IsQuick, int Seed, int? Rounds, string? DataFolder, string Detector = BenchmarkOptions.DefaultDetector)
{
    /// <summary>The detector of everyone who names none.</summary>
    public const string DefaultDetector = "default";

    /// <summary>The random cut forest.</summary>
    public const string ForestDetector = "rcf";

    /// <summary>Reads the arguments that follow the area's name.</summary>
    public static bool TryParse(ReadOnlySpan<string> arguments, out BenchmarkOptions options)
    {
        options = new BenchmarkOptions(IsQuick: false, Random.Shared.Next(), Rounds: null, DataFolder: null);
        for (var index = 0; index < arguments.Length; index++)
        {
            if (arguments[index] == "--quick")
            {
                options = options with { IsQuick = true };
                continue;
            }

            if (arguments[index] == "--data" && index + 1 < arguments.Length)
            {
                options = options with { DataFolder = arguments[++index] };
                continue;
            }

            if (arguments[index] == "--detector" && index + 1 < arguments.Length
                && arguments[index + 1] is (DefaultDetector or ForestDetector))
            {
                options = options with { Detector = arguments[++index] };
                continue;
            }

            if (index + 1 == arguments.Length
                || !int.TryParse(arguments[index + 1], NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            {
                return false;
            }

            switch (arguments[index])
            {
                case "--seed":
                    options = options with { Seed = number };
                    break;
                case "--rounds" when number > 0:
                    options = options with { Rounds = number };
                    break;
                default:
                    return false;
            }

            index++;
        }

        return true;
    }
}
