namespace EdgeStream.EndToEnd.Tests;

/// <summary>Tests that run while no other does: what they measure, how much they take, or what of the machine they
/// change bears no company.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class WholeMachine
{
    /// <summary>The name of their collection.</summary>
    public const string Name = "the whole machine";
}
