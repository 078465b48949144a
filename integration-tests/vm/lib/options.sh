# shellcheck shell=bash disable=SC2034,SC2154  # variables are shared between the files of lib/
# The options that run and shell share. parse_options fills these.

cgroup=v2
kernel=6.1
kernel_file=''
accel=${HEADROOM_VM_ACCEL:-tcg}
memory=2048
swap=0
timeout=300
build=${HEADROOM_BUILD:-$REPOSITORY/build/dev}
stage=''
append=''
puts=()
gets=()
command=()

options_help() {
  cat <<'HELP'
  --cgroup v2|v1       the guest's cgroup version (default v2; v1 needs kernel 6.1)
  --kernel 6.1|6.12    Debian's kernel of that series (default 6.1)
  --kernel-file FILE   boot this kernel instead, with the modules of --kernel
  --accel tcg|kvm      emulate, or use the machine's /dev/kvm (default tcg)
  --memory MIB         the guest's memory (default 2048)
  --swap MIB           a swap disk of this size, in use before COMMAND starts (default 0, none)
  --build DIR          the CMake build to install in the guest (default build/dev)
  --stage DIR          a tree to lay over the guest's / instead of a build; `--stage none` brings nothing
  --put FILE           copy a file or folder to /root, keeping its mode; may be repeated
  --get PATH:DIR       afterwards copy PATH of the guest into the folder DIR here; may be repeated
  --append ARGUMENTS   more words for the kernel's command line
  --timeout S          seconds that COMMAND may take, 0 for no limit (default 300)
Settings: HEADROOM_BUILD and HEADROOM_VM_ACCEL stand for --build and --accel,
HEADROOM_VM_CACHE is the folder for images (default build/vm), HEADROOM_VM_BOOT_TIMEOUT the seconds that a boot
may take (default 180).
HELP
}

parse_options() {
  local option
  while [ $# -gt 0 ]; do
    option=$1
    case $option in
      --) shift && command=("$@") && break ;;
      -h | --help) usage && exit 0 ;;
      --cgroup | --kernel | --kernel-file | --accel | --memory | --swap | --build | --stage | --put | --get | \
        --append | --timeout)
        [ $# -ge 2 ] || usage_error "$option needs a value"
        take_option "$option" "$2"
        shift 2
        ;;
      *) usage_error "unknown argument '$option'; COMMAND goes behind --" ;;
    esac
  done
  check_options
}

take_option() {
  case $1 in
    --cgroup) cgroup=$2 ;;
    --kernel) kernel=$2 ;;
    --kernel-file) kernel_file=$2 ;;
    --accel) accel=$2 ;;
    --memory) memory=$2 ;;
    --swap) swap=$2 ;;
    --build) build=$2 ;;
    --stage) stage=$2 ;;
    --put) puts+=("$2") ;;
    --get) gets+=("$2") ;;
    --append) append=$2 ;;
    --timeout) timeout=$2 ;;
  esac
}

# check_choice OPTION VALUE ALLOWED...
check_choice() {
  local option=$1 value=$2 allowed
  shift 2
  for allowed in "$@"; do [ "$value" != "$allowed" ] || return 0; done
  usage_error "$option '$value': expected one of: $*"
}

check_number() {
  case $2 in
    '' | *[!0-9]*) usage_error "$1 '$2': expected a whole number" ;;
  esac
}

check_options() {
  local item
  check_choice --cgroup "$cgroup" v2 v1
  check_choice --kernel "$kernel" 6.1 6.12
  check_choice --accel "$accel" tcg kvm
  check_number --memory "$memory"
  check_number --swap "$swap"
  check_number --timeout "$timeout"
  # Debian builds 6.12 without CONFIG_MEMCG_V1: such a guest would have no memory controller at all.
  [ "$cgroup$kernel" != v16.12 ] ||
    usage_error "--cgroup v1 --kernel 6.12: this kernel has no memory controller on cgroup v1; use --kernel 6.1"
  for item in ${puts[@]+"${puts[@]}"}; do
    [ -e "$item" ] || usage_error "--put '$item': no such file or folder"
  done
  for item in ${gets[@]+"${gets[@]}"}; do
    case $item in
      /*:?*) ;;
      *) usage_error "--get '$item': expected an absolute path of the guest, a colon and a folder here" ;;
    esac
  done
}
