using System.Runtime.InteropServices;

namespace EdgeStream.Analytics.Detection;

/// <summary>An inner node of a tree: values of its dimension up to the cut are on the left.</summary>
/// <remarks>A child, or a parent, is a place in the tree; a leaf's place has <see cref="CutTree.LeafBit"/>.</remarks>
[StructLayout(LayoutKind.Sequential)]
internal struct CutNode
{
    public float Cut;

    /// <summary>The box in the first dimension, here too: a tree of one is walked without a look elsewhere.</summary>
    public float Low;
    public float High;
    public ushort Left;
    public ushort Right;
    public ushort Parent;
    public ushort Mass;
    public ushort Dimension;
}
